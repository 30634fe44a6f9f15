"""How `candlewick admin` shows things: tables for people, JSON for scripts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from candlewick.accounts.models import Quotas
from candlewick.admin.models import QUOTA_BOUNDS, UserView
from candlewick.audit import AuditEntry
from candlewick.backtests.models import BacktestRun
from candlewick.cli.admin_links import links, log_object
from candlewick.gcp.documents import to_document
from candlewick.settings import AdminSettings

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400


def print_json(value: object) -> None:
    print(json.dumps(value, default=_text, indent=2, ensure_ascii=False))


def runs_table(runs: Sequence[BacktestRun], now: datetime) -> Table:
    table = Table()
    for name in ("Run", "User", "State", "Since", "Attempt", "Strategy", "Why"):
        table.add_column(name, overflow="fold", no_wrap=name in {"Run", "State"})
    for run in runs:
        entered = run.entered_at.get(run.state, run.created_at)
        table.add_row(
            run.id,
            escape(run.owner),
            run.state.value,
            f"{moment(entered)} ({age(entered, now)})",
            str(run.attempt),
            escape(f"{run.strategy.name} v{run.strategy.version}"),
            "" if run.failure is None else run.failure.kind.value,
        )
    return table


def run_document(run: BacktestRun, settings: AdminSettings) -> dict[str, object]:
    """Return all that is known of a run; the token's hash, of no use to anybody, is left out."""
    document = to_document(run)
    document["claim"].pop("tokenHash", None)
    return {**document, "log": log_object(run, settings), "links": links(run, settings)}


def print_run(
    run: BacktestRun, history: Sequence[AuditEntry], settings: AdminSettings, console: Console
) -> None:
    """Print a run wholly."""
    spec, claim = run.spec, run.claim
    facts = {
        "Run": run.id,
        "User": run.owner,
        "User class": run.user_class.value,
        "State": run.state.value,
        "Attempt": str(run.attempt),
        "Deadline": "none" if run.deadline_at is None else moment(run.deadline_at),
        "Strategy": f"{run.strategy.name} v{run.strategy.version} ({run.strategy.class_name})",
        "Market": f"{spec.exchange} {spec.timeframe}, {len(spec.pairs)} pairs, "
        f"{spec.start:%Y-%m-%d} to {spec.until:%Y-%m-%d}",
        "Engine": run.engine,
        "Identity": run.identity,
        "Candles": run.candle_revision,
        "Claim": f"epoch {claim.epoch}, holder {claim.holder or 'none'}, "
        f"task attempt {claim.task_attempt}",
        "Execution": claim.execution or "none",
        "Tasks sent": str(run.tasks_sent),
        "Served from": run.served_from or "",
        "Timings": ", ".join(f"{name} {value:g}" for name, value in run.timings.items()),
        "Log": log_object(run, settings) or "",
    }
    console.print(_facts({name: value for name, value in facts.items() if value}))
    console.print(_states(run))
    if run.failure is not None:
        console.print(f"[red]{run.failure.kind.value}[/]: {escape(run.failure.message)}")
        for line in run.failure.traceback:
            console.print(f"  line {line.line} in {line.function}: {line.code}", markup=False)
    if history:
        console.print(audit_table(history))
    for name, url in links(run, settings).items():
        console.print(f"{name}: {url}", markup=False, soft_wrap=True)


def to_plain(model: object) -> dict[str, object]:
    return to_document(model)


def print_user(user: UserView, console: Console) -> None:
    sign_in, account = user.sign_in, user.account
    quotas = Quotas() if account is None else account.quotas
    facts = {
        "User": user.id,
        "E-mail": (sign_in and sign_in.email) or (account and account.email) or "none",
        "Name": (account and account.display_name) or "",
        "Standing": user.standing.value,
        "Sign-in": _sign_in(user),
        "Account made": "not yet" if account is None else moment(account.created_at),
        "Class": ""
        if account is None
        else account.user_class(sign_in.email if sign_in else None).value,
        "Runs": f"{user.usage.active_runs} of {quotas.active_runs} under way, "
        f"{user.usage.runs_today} of {quotas.runs_per_day} today",
        "Strategies": str(user.strategies),
        "API tokens": f"{user.tokens} of {quotas.api_tokens}",
    }
    console.print(_facts({name: value for name, value in facts.items() if value}))


def users_table(users: Sequence[UserView]) -> Table:
    table = Table("User", "E-mail", "Standing", "Runs under way", "Today")
    for user in users:
        email = (user.sign_in and user.sign_in.email) or (user.account and user.account.email)
        usage = user.usage
        table.add_row(
            escape(user.id),
            escape(email or ""),
            user.standing.value,
            str(usage.active_runs),
            str(usage.runs_today),
        )
    return table


def quotas_table(before: Quotas, after: Quotas) -> Table:
    table = Table("Limit", "Before", "After", "Plan", "Allowed")
    for field in fields(Quotas):
        old, new = getattr(before, field.name), getattr(after, field.name)
        bounds = QUOTA_BOUNDS.get(field.name)
        allowed = "the plan's" if bounds is None else f"{bounds[0]} to {bounds[1]:,}"
        shown = f"[bold]{new}[/]" if new != old else str(new)
        table.add_row(field.name.replace("_", " "), str(old), shown, str(field.default), allowed)
    return table


def audit_table(entries: Sequence[AuditEntry]) -> Table:
    table = Table("Time", "Operator", "Did", "To", "Before → after", "Reason")
    for entry in entries:
        table.add_row(
            moment(entry.at),
            escape(entry.operator),
            entry.action.value,
            escape(entry.target),
            escape(f"{_short(entry.before)} → {_short(entry.after)}"),
            escape(entry.reason),
        )
    return table


def audit_documents(entries: Sequence[AuditEntry]) -> list[dict[str, object]]:
    return [asdict(entry) for entry in entries]


def moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"


def age(earlier: datetime, now: datetime) -> str:
    """Return a span in its two largest units that matter."""
    seconds = max(0, int((now - earlier).total_seconds()))
    if seconds >= _DAY_S:
        return f"{seconds // _DAY_S} d {seconds % _DAY_S // _HOUR_S} h"
    if seconds >= _HOUR_S:
        return f"{seconds // _HOUR_S} h {seconds % _HOUR_S // _MINUTE_S} min"
    if seconds >= _MINUTE_S:
        return f"{seconds // _MINUTE_S} min {seconds % _MINUTE_S} s"
    return f"{seconds} s"


def _facts(facts: Mapping[str, str]) -> Table:
    table = Table(show_header=False, box=None)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(name, escape(value))
    return table


def _states(run: BacktestRun) -> Table:
    table = Table("State", "Entered (UTC)", "After")
    ordered = sorted(run.entered_at.items(), key=lambda item: item[1])
    before = run.created_at
    for state, entered in ordered:
        table.add_row(str(state), moment(entered), f"{(entered - before).total_seconds():.1f} s")
        before = entered
    return table


def _sign_in(user: UserView) -> str:
    if user.sign_in is None:
        return "none: unknown to Firebase Auth"
    ways = ", ".join(user.sign_in.providers) or "guest"
    seen = user.sign_in.last_seen_at
    last = "" if seen is None else f", last {moment(seen)}"
    return f"{ways}{last}{' · DISABLED' if user.sign_in.is_disabled else ''}"


def _short(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
