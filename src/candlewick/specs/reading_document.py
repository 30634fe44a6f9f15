"""The document of a spec while it is read from code, and where its parts stood."""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from candlewick.specs.compiler import anchors
from candlewick.specs.models import StrategySpec
from candlewick.specs.plots import is_generated
from candlewick.specs.warm_up import warm_up

_OF_READING = {"methods", "attributes", "startup_candles", "plot_config"}


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
        self._module: list[dict[str, str]] = []
        self._members: list[str] = []
        self._class: list[tuple[int, str]] = []  # behind how many members, and the code

    def keep(self, after: str, text: str) -> None:
        """Keep code of the module as it is, behind what it stands behind."""
        text = text.strip("\n").rstrip()
        if text:
            self._module.append({"place": "module", "after": after, "code": text})

    def keep_in_class(self, text: str) -> None:
        """Keep code of the class behind the members that were passed."""
        text = text.strip("\n").rstrip()
        if text:
            self._class.append((len(self._members), text))

    def passed(self, member: str) -> None:
        self._members.append(member)

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

    def wrong_plot(self, spec: StrategySpec) -> list[int]:
        """Return the line of a plot configuration that says what the blocks do not."""
        said = self.parts.get("plot_config")
        return [] if said is None or is_generated(said, spec) else self.lines("plot_config")

    def partial(self) -> StrategySpec:
        """Return what is read so far."""
        parts = {key: value for key, value in self.parts.items() if key not in _OF_READING}
        return StrategySpec.model_validate(parts)

    def spec(self) -> StrategySpec:
        spec = self.partial()
        code = [*self._module, *self._class_code(anchors(spec))]
        spec = StrategySpec.model_validate({**spec.model_dump(), "code": code})
        said = self.parts.get("startup_candles")
        if said is None and "startup_candle_count" not in self._members:
            said = 0  # what Freqtrade takes where nothing is said
        if said is None or said == warm_up(spec):
            return spec
        return spec.model_copy(update={"startup_candles": said})

    def _class_code(self, order: Sequence[str]) -> Iterator[dict[str, str]]:
        """Yield the class's code behind the last of the members before it, in the compiler's order of them.

        So no code comes before a member that it may need, and none passes other code.
        """
        rank = {anchor: number for number, anchor in enumerate(order)}
        for count, text in self._class:
            last = max((rank.get(member, -1) for member in self._members[:count]), default=-1)
            yield {"place": "class", "after": order[last] if last >= 0 else "", "code": text}
