"""`python -m tools.cost` writes docs/cost.md; a test holds the page to it."""

import sys
from pathlib import Path

from tools.cost import model

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cost.md"
_SIZES = ((10, "dev"), (1_000, "prod"), (100_000, "prod"))
_GROUPS = {
    "backtest jobs": ("job_vcpu_second", "job_gib_second"),
    "functions": (
        *("function_vcpu_second", "function_gib_second", "request", "task"),
        *("warm_vcpu_second", "warm_gib_second"),
    ),
    "Firestore": (
        *("document_read", "document_write", "document_delete"),
        *("document_gib_month", "backup_gib_month"),
    ),
    "Cloud Storage": ("object_gib_month", "object_write", "object_read"),
    "sending to users": ("egress_gib", "hosting_gib", "balancer_gib"),
    "sign-in": ("active_user_month",),
    "front and network": (
        *("balancer_month", "armor_month", "nat_month"),
        *("dns_zone_month", "address_month"),
    ),
    "logs, images, keys, schedules": (
        *("log_gib", "image_gib_month", "key_month", "key_operation"),
        *("secret_month", "scheduler_job_month"),
    ),
}


def main() -> int:
    PAGE.write_text(page())
    sys.stdout.write(f"Wrote {PAGE}\n")
    return 0


def page() -> str:
    """Return docs/cost.md."""
    return "\n".join([_HEAD, *_each(), *_sizes(), *_idle(), *_prices(), *_inputs(), _END])


def _each() -> list[str]:
    lines = ["## One of each", "", "| | USD | of it the job |", "| --- | --- | --- |"]
    for kind, run in model.workload()["backtests"].items():
        cost = model.bill(model.backtest(kind), with_free=False)
        share = (cost["job_vcpu_second"] + cost["job_gib_second"]) / sum(cost.values())
        lines.append(f"| a backtest: {run['title']} | {sum(cost.values()):.4f} | {share:.0%} |")
    bot = model.bill(model.bot(), with_free=False)
    user = model.bill(model.user(), with_free=False)
    return [
        *lines,
        f"| a bot for a month | {sum(bot.values()):.2f} | |",
        f"| an active user's month without bots | {sum(user.values()):.3f} | |",
        "",
    ]


def _sizes() -> list[str]:
    bills = {size: model.bill(model.deployment(*size)) for size in _SIZES}
    lines = [
        "## A month by size",
        "",
        "| USD a month | "
        + " | ".join(f"{users:,} users ({name})" for users, name in _SIZES)
        + " |",
        "| --- |" + " --- |" * len(_SIZES),
    ]
    for title, names in _GROUPS.items():
        cells = [sum(bills[size].get(name, 0) for name in names) for size in _SIZES]
        lines.append(f"| {title} | " + " | ".join(f"{cell:,.2f}" for cell in cells) + " |")
    bots = [sum(model.bill(model.bots(users), with_free=False).values()) for users, _ in _SIZES]
    lines.append(
        "| live bots, all they use | " + " | ".join(f"{cost:,.2f}" for cost in bots) + " |"
    )
    totals = [sum(bills[size].values()) + cost for size, cost in zip(_SIZES, bots, strict=True)]
    lines.append("| **all** | " + " | ".join(f"**{total:,.2f}**" for total in totals) + " |")
    each = [total / users for total, (users, _) in zip(totals, _SIZES, strict=True)]
    return [*lines, "| per user | " + " | ".join(f"{cost:,.2f}" for cost in each) + " |", ""]


def _idle() -> list[str]:
    lines = ["## A deployment that nobody uses", "", "| USD a month | |", "| --- | --- |"]
    for name, given in model.workload()["idle"].items():
        total = sum(model.bill(model.idle(name)).values())
        lines.append(f"| {name}: {given['how']} | {total:.2f} |")
    return [*lines, ""]


def _prices() -> list[str]:
    lines = [
        "## Prices",
        "",
        "| what | USD | free a month | source | date |",
        "| --- |" + " --- |" * 4,
    ]
    for price in model.prices().values():
        seen = "" if price.read == "page" else " (from memory: unchecked)"
        source = f"[{price.source.partition('//')[2]}]({price.source})"
        amount = f"{price.usd:.8f}".rstrip("0").rstrip(".")
        lines.append(
            f"| {price.unit} | {amount} | {price.free:,} | {source} | {price.date}{seen} |"
        )
    return [*lines, ""]


def _inputs() -> list[str]:
    given = model.workload()
    parts = [("job", given["job"]), *(("backtests", run) for run in given["backtests"].values())]
    parts += [(name, given[name]) for name in ("platform", "user", "bot")]
    lines = ["## What goes in", "", "| | figures | where from |", "| --- | --- | --- |"]
    for title, fields in parts:
        figures = ", ".join(
            f"{name.replace('_', ' ')} {value}"
            for name, value in fields.items()
            if name not in {"how", "title"}
        )
        lines.append(f"| {fields.get('title', title)} | {figures} | {fields['how']} |")
    return [*lines, ""]


_HEAD = """# What it costs

Made by `python -m tools.cost` from `tools/cost/prices.toml` and `tools/cost/workload.toml`; change those, not this page. Nothing here
was ever billed: no deployment has run on Google Cloud yet.
"""
_END = """## What follows

- A short backtest costs its minute: Cloud Run bills a task for 60 seconds at least, so a twenty times faster engine makes long backtests
  cheaper and short ones only quicker.
- A bot costs more than everything else that its owner does. A worker pool (0.0000113 USD a vCPU-second) would take a third off, and a
  share of a vCPU most of the rest; both are for the live bots' design to weigh.
- 100,000 users need more than one project: Cloud Run has 1,000 services in a project and region.
"""

if __name__ == "__main__":
    sys.exit(main())
