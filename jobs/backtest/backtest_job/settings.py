"""What the job is told by its environment, read once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from candlewick.isolation.driver import Isolation

NO_SUCH_ISOLATION: Final = f"CANDLEWICK_ISOLATION must be one of {', '.join(Isolation)}"


class SettingsInvalid(Exception):
    """The environment does not describe a job; the message lists every problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One task of the backtest job."""

    events_url: str
    run_token: str = field(repr=False)
    isolation: Isolation
    task_attempt: int
    execution: str
    traceparent: str = ""  # handed on with every report

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        problems: list[str] = []
        events_url = env.get("CANDLEWICK_EVENTS_URL", "")
        if urlsplit(events_url).scheme not in {"http", "https"}:
            problems.append("CANDLEWICK_EVENTS_URL must be an http(s) URL")
        run_token = env.get("CANDLEWICK_RUN_TOKEN", "")
        if not run_token:
            problems.append("CANDLEWICK_RUN_TOKEN is missing")
        isolation = isolation_in(env)
        if isolation is None:
            problems.append(NO_SUCH_ISOLATION)
        attempt = env.get("CLOUD_RUN_TASK_ATTEMPT", "0")
        if not attempt.isdecimal():
            problems.append("CLOUD_RUN_TASK_ATTEMPT must be a number")
        if problems or isolation is None:
            raise SettingsInvalid("; ".join(problems) + ".")
        return cls(
            events_url=events_url.rstrip("/"),
            run_token=run_token,
            isolation=isolation,
            task_attempt=int(attempt),
            execution=env.get("CLOUD_RUN_EXECUTION", "")[:200],
            traceparent=env.get("CANDLEWICK_TRACEPARENT", "")[:60],
        )


def isolation_in(env: Mapping[str, str]) -> Isolation | None:
    """Return how the run is to be shut in; `None` where there is no such way."""
    given = env.get("CANDLEWICK_ISOLATION", Isolation.AUTO)
    return Isolation(given) if given in set(Isolation) else None
