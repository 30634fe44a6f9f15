"""The part of `firebase.json` that this emulator carries out; anything else is an error, not ignored."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulators.firebase_hosting.globs import matches

_KNOWN = frozenset({"public", "ignore", "headers", "rewrites", "site", "target", "predeploy"})


class ConfigError(Exception):
    """`firebase.json` cannot be served; the text says why."""


@dataclass(frozen=True, slots=True)
class HeaderRule:
    """Headers of all paths that a glob matches."""

    source: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """A glob that leads to a function or to a file."""

    source: str
    function: str | None = None
    destination: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostingConfig:
    """Where the files are, which headers they get and what is not a file."""

    public: Path
    ignore: tuple[str, ...]
    headers: tuple[HeaderRule, ...]
    rewrites: tuple[Rewrite, ...]

    def headers_of(self, path: str) -> dict[str, str]:
        """Return a path's headers; of two rules for one header the later counts."""
        return {
            name: value
            for rule in self.headers
            if matches(path, rule.source)
            for name, value in rule.headers
        }

    def rewrite_of(self, path: str) -> Rewrite | None:
        """Return the first rewrite that matches."""
        return next((each for each in self.rewrites if matches(path, each.source)), None)

    def is_ignored(self, path: str) -> bool:
        """Whether deployment would have left the file behind."""
        return any(matches(path, pattern) for pattern in self.ignore)

    def functions(self) -> set[str]:
        return {each.function for each in self.rewrites if each.function is not None}


def load(file: Path) -> HostingConfig:
    """Read `firebase.json`; raise `ConfigError` for what this emulator does not do."""
    try:
        hosting = json.loads(file.read_text())["hosting"]
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"{file} has no readable `hosting` section: {error!r}") from error
    unknown = sorted(set(hosting) - _KNOWN)
    if unknown:
        raise ConfigError(f"{file}: the hosting emulator does not know {', '.join(unknown)}.")
    return HostingConfig(
        public=file.parent / hosting["public"],
        ignore=tuple(hosting.get("ignore", ())),
        headers=tuple(_header_rule(each) for each in hosting.get("headers", ())),
        rewrites=tuple(_rewrite(each) for each in hosting.get("rewrites", ())),
    )


def _header_rule(rule: dict[str, Any]) -> HeaderRule:
    if "source" not in rule:
        raise ConfigError("The hosting emulator takes headers by `source`, not by `regex`.")
    return HeaderRule(
        rule["source"], tuple((each["key"], each["value"]) for each in rule["headers"])
    )


def _rewrite(rule: dict[str, Any]) -> Rewrite:
    match rule:
        case {"source": str(source), "function": {"functionId": str(function)}}:
            return Rewrite(source=source, function=function)
        case {"source": str(source), "function": str(function)}:
            return Rewrite(source=source, function=function)
        case {"source": str(source), "destination": str(destination)}:
            return Rewrite(source=source, destination=destination)
    raise ConfigError(f"The hosting emulator does not know this rewrite: {json.dumps(rule)}")
