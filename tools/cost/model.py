"""From a workload to a bill. Amounts of a month by the names of `prices.toml`; money in USD."""

import functools
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_MIB, _KIB = 1 / 1024, 1 / 1024**2  # in GiB
_SECONDS_OF_MONTH = 730 * 3600

Amounts = Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """`free` is what a project has free of charge each month, in the price's own unit."""

    usd: float
    free: float
    unit: str
    source: str
    date: date
    read: str

    def of(self, amount: float, *, with_free: bool) -> float:
        return max(0.0, amount - (self.free if with_free else 0.0)) * self.usd


@functools.cache
def prices() -> dict[str, Price]:
    found = tomllib.loads((_HERE / "prices.toml").read_text())
    return {name: Price(**fields) for name, fields in found.items()}


@functools.cache
def workload() -> dict[str, Any]:
    return tomllib.loads((_HERE / "workload.toml").read_text())


def bill(amounts: Amounts, *, with_free: bool = True) -> dict[str, float]:
    """Return the cost of each resource in USD; `KeyError` for one that has no price."""
    known = prices()
    return {name: known[name].of(amount, with_free=with_free) for name, amount in amounts.items()}


def backtest(kind: str) -> Amounts:
    """Return what one backtest uses, from its submission to the looks at its result."""
    given = workload()
    job, run, platform = given["job"], given["backtests"][kind], given["platform"]
    billed = max(job["least_seconds"], job["start_seconds"] + run["seconds"])
    return Counter(
        {
            "job_vcpu_second": billed * job["vcpu"],
            "job_gib_second": billed * job["memory_gib"],
            "request": platform["requests"],
            "function_vcpu_second": platform["function_seconds"] * platform["function_vcpu"],
            "function_gib_second": platform["function_seconds"] * platform["function_gib"],
            "task": platform["tasks"],
            "document_read": platform["document_reads"],
            "document_write": platform["document_writes"],
            "object_write": platform["object_writes"],
            "object_read": platform["object_reads"],
            "object_gib_month": run["result_mib"] * _MIB * given["user"]["months_kept"],
            "egress_gib": platform["egress_mib"] * _MIB,
            "log_gib": platform["log_kib"] * _KIB,
        }
    )


def user() -> Amounts:
    """Return what an active user uses in a month, bots apart."""
    given = workload()
    month = given["user"]
    seconds = month["function_seconds"]
    looks = Counter(
        {
            "request": month["requests"],
            "function_vcpu_second": seconds * given["platform"]["function_vcpu"],
            "function_gib_second": seconds * given["platform"]["function_gib"],
            "document_read": month["document_reads"],
            "document_write": month["document_writes"],
            "document_gib_month": month["document_mib"] * _MIB,
            "backup_gib_month": month["document_mib"] * _MIB * 2,
            "hosting_gib": month["hosting_mib"] * _MIB,
            "active_user_month": 1,
        }
    )
    for kind in given["backtests"]:
        looks += times(backtest(kind), month[f"backtests_{kind}"])
    return looks


def bot() -> Amounts:
    """Return what a bot uses in a month."""
    given = workload()["bot"]
    return Counter(
        {
            "job_vcpu_second": given["vcpu"] * _SECONDS_OF_MONTH,
            "job_gib_second": given["memory_gib"] * _SECONDS_OF_MONTH,
            "document_write": given["document_writes"],
            "object_write": given["object_writes"],
            "log_gib": given["log_mib"] * _MIB,
            "key_operation": given["key_operations"],
            "nat_month": given["nat_share"],
        }
    )


def idle(environment: str) -> Amounts:
    """Return what a deployment that nobody uses takes in a month."""
    given = workload()["idle"][environment]
    return Counter({name: amount for name, amount in given.items() if name != "how"})


def deployment(users: int, environment: str) -> Amounts:
    """Return a month of a deployment with so many active users, their bots apart."""
    return idle(environment) + times(user(), users)


def bots(users: int) -> Amounts:
    """Return a month of these users' bots."""
    return times(bot(), users * workload()["bot"]["bots_per_user"])


def times(amounts: Amounts, factor: float) -> Amounts:
    return Counter({name: amount * factor for name, amount in amounts.items()})
