"""What the bot is told by its environment, read once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from candlewick.isolation.driver import Isolation

_LOCAL_PORT = 8080


class SettingsInvalid(Exception):
    """The environment does not describe a bot; the message lists every problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One container of a bot. The exchange key is no setting: it only ever comes with a lease."""

    events_url: str
    token: str = field(repr=False)
    isolation: Isolation
    host: str
    port: int
    revision: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        problems: list[str] = []
        events_url = env.get("CANDLEWICK_BOT_EVENTS_URL", "")
        if urlsplit(events_url).scheme not in {"http", "https"}:
            problems.append("CANDLEWICK_BOT_EVENTS_URL must be an http(s) URL")
        token = env.get("CANDLEWICK_BOT_TOKEN", "")
        if not token:
            problems.append("CANDLEWICK_BOT_TOKEN is missing")
        isolation = env.get("CANDLEWICK_ISOLATION", Isolation.AUTO)
        if isolation not in set(Isolation):
            problems.append(f"CANDLEWICK_ISOLATION must be one of {', '.join(Isolation)}")
        port = env.get("PORT", str(_LOCAL_PORT))
        if not port.isdecimal():
            problems.append("PORT must be a number")
        if problems:
            raise SettingsInvalid("; ".join(problems) + ".")
        return cls(
            events_url=events_url.rstrip("/"),
            token=token,
            isolation=Isolation(isolation),
            host=env.get("CANDLEWICK_HEALTH_HOST", "127.0.0.1"),
            port=int(port),
            revision=env.get("K_REVISION", "")[:200],
        )
