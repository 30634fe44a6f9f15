"""The document of a spec while it is read from code, and where its parts stood."""

import copy
from collections.abc import Callable
from typing import Any

from candlewick.specs.models import StrategySpec
from candlewick.specs.warm_up import warm_up

_OF_READING = {"methods", "attributes", "startup_candles"}


class Document:
    def __init__(self) -> None:
        self.parts: dict[str, Any] = {
            "name": "A",
            "timeframe": "5m",
            "parameters": [],
            "informatives": [],
            "indicators": [],
            "entries": [],
            "exits": [],
            "risk": {},
            "position": {},
            # Not of the spec: what other parts look up while they are read.
            "methods": set(),
            "attributes": {},
        }
        self._places: dict[str, list[int]] = {}
        self._code: list[dict[str, str]] = []

    def keep(self, place: str, after: str, text: str) -> None:
        """Keep code as it is, behind what it stands behind."""
        text = text.strip("\n").rstrip()
        if text:
            self._code.append({"place": place, "after": after, "code": text})

    def attempt(self, change: Callable[[], None]) -> None:
        """Make a change; one that gives no valid spec is undone, and `ValueError` raised."""
        before = copy.deepcopy(self.parts)
        try:
            change()
            self.partial()
        except Exception:
            self.parts = before
            raise

    def came_from(self, path: str, line: int) -> None:
        self._places.setdefault(path, []).append(line)

    def lines(self, path: str) -> list[int]:
        """Return the lines of the statements that the block at a path was read from."""
        parts = path.split(".")
        for count in range(len(parts), 0, -1):
            found = self._places.get(".".join(parts[:count]))
            if found:
                return found
        return [line for lines in self._places.values() for line in lines]

    def partial(self) -> StrategySpec:
        """Return what is read so far."""
        parts = {key: value for key, value in self.parts.items() if key not in _OF_READING}
        return StrategySpec.model_validate(parts)

    def spec(self) -> StrategySpec:
        spec = self.partial()
        spec = StrategySpec.model_validate({**spec.model_dump(), "code": self._code})
        said = self.parts.get("startup_candles")
        if isinstance(said, int) and said > warm_up(spec):
            return spec.model_copy(update={"startup_candles": said})
        return spec
