"""The strategy that a phrase makes, while it is put together; as JSON until the spec's own checks read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from candlewick.indicators.models import Indicator
from candlewick.indicators.registry import INDICATORS
from candlewick.phrases.tokens import Word
from candlewick.specs.base import TIMEFRAMES
from candlewick.specs.models import StrategySpec

Json = dict[str, Any]
Frame = str | None

DEFAULT_TIMEFRAME = "1h"
_MINUTES = {"m": 1, "h": 60, "d": 1_440, "w": 10_080}
_LONGEST_NAME = 20


class NotUnderstood(Exception):
    """Holds the sentence that the user reads."""


@dataclass
class Unclear(Exception):
    """Something that can be meant in several ways; each way replaces the text from `start` to `end`."""

    question: str
    ways: tuple[tuple[str, str], ...]  # label, replacement
    start: int
    end: int


@dataclass
class Draft:
    data: Json
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, spec: StrategySpec | None) -> "Draft":
        if spec is not None:
            return cls(spec.model_dump(mode="json", exclude_none=True))
        return cls({"name": "", "timeframe": DEFAULT_TIMEFRAME, "risk": {}, "position": {}})

    @property
    def timeframe(self) -> str:
        return str(self.data["timeframe"])

    @property
    def risk(self) -> Json:
        return self.part("risk")

    @property
    def position(self) -> Json:
        return self.part("position")

    def part(self, name: str) -> Json:
        found: Json = self.data.setdefault(name, {})
        return found

    def items(self, name: str) -> list[Json]:
        found: list[Json] = self.data.setdefault(name, [])
        return found

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def minutes(self, duration: tuple[float, str]) -> int:
        number, unit = duration
        return max(1, round(number * _MINUTES[unit]))

    def candles(self, duration: tuple[float, str]) -> int:
        """Return how many of the strategy's candles a duration has."""
        own = self.minutes((float(self.timeframe[:-1]), self.timeframe[-1]))
        return max(1, round(self.minutes(duration) / own))

    def frame(self, timeframe: str | None, coin: str | None) -> Frame:
        """Return the name of an informative with such candles, a new one if there is none."""
        wanted = timeframe or self.timeframe
        if TIMEFRAMES.index(wanted) < TIMEFRAMES.index(self.timeframe):
            raise NotUnderstood(
                f"{wanted} candles are shorter than the strategy's own {self.timeframe}. Name a shorter timeframe for the strategy, "
                f"such as 'on {wanted} candles'."
            )
        if coin is None and wanted == self.timeframe:
            return None
        pair = None if coin is None else f"{coin}/{{stake}}"
        for informative in self.items("informatives"):
            if (informative["timeframe"], informative.get("pair")) == (wanted, pair):
                return str(informative["name"])
        name = wanted if coin is None else f"{coin.lower()}_{wanted}"
        made: Json = {"name": name, "timeframe": wanted, "indicators": []}
        self.items("informatives").append(made if pair is None else {**made, "pair": pair})
        return name

    def use(
        self, indicator: Indicator, settings: Mapping[str, float], source: Json | None, frame: Frame
    ) -> str:
        """Return the name of an indicator with these settings, a new one if there is none."""
        uses = self._uses(frame)
        complete = {**indicator.defaults, **settings}
        wanted = (indicator.name, complete, source or {"kind": "price", "field": "close"})
        for use in uses:
            if use.get("kind") == "indicator" and _identity(use) == wanted:
                return str(use["name"])
        name = _free(_label(indicator, settings, source), {str(use.get("name")) for use in uses})
        made: Json = {
            "kind": "indicator", "name": name, "indicator": indicator.name, "settings": complete,
        }  # fmt: skip
        uses.append(made if source is None else {**made, "source": source})
        return name

    def used(self, frame: Frame, name: str) -> Json | None:
        return next((use for use in self._uses(frame) if use.get("name") == name), None)

    def _uses(self, frame: Frame) -> list[Json]:
        if frame is None:
            return self.items("indicators")
        found = next(each for each in self.items("informatives") if each["name"] == frame)
        uses: list[Json] = found.setdefault("indicators", [])
        return uses


def timeframe_of(duration: tuple[float, str]) -> str | None:
    """Return the timeframe that a duration names, if there is such a one."""
    number, unit = duration
    name = f"{number:g}{unit}"
    return {"60m": "1h", "24h": "1d", "7d": "1w"}.get(name, name if name in TIMEFRAMES else None)


def plain(number: float) -> int | float:
    """Return a whole number as an integer: specs tell the two apart."""
    return int(number) if float(number).is_integer() else number


def number_of(word: Word) -> int | float:
    return plain(word.value)


def _identity(use: Json) -> tuple[str, Mapping[str, float], Json]:
    source = {
        key: value
        for key, value in use.get("source", {"kind": "price", "field": "close"}).items()
        if not (key == "ago" and value == 0)
    }
    known = INDICATORS.get(use["indicator"])
    defaults = known.defaults if known else {}
    return use["indicator"], {**defaults, **use.get("settings", {})}, source


def _label(indicator: Indicator, settings: Mapping[str, float], source: Json | None) -> str:
    """Name an indicator after what it is: `ema_50`, `volume_sma_20`, `rsi`."""
    first = next(iter(settings.values()), None)
    number = "" if first is None or not float(first).is_integer() else f"_{first:g}"
    of = "" if source is None or source.get("field") in {None, "close"} else f"{source['field']}_"
    return f"{of}{indicator.name}"[: _LONGEST_NAME - len(number)].rstrip("_") + number


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 2
    while found in taken:
        suffix = f"_{number}"
        found, number = name[: _LONGEST_NAME - len(suffix)].rstrip("_") + suffix, number + 1
    return found
