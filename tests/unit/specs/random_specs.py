"""Random valid specs: every kind of block, in every place where it may stand."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from candlewick.indicators.models import Indicator
from candlewick.indicators.registry import INDICATORS, is_pattern
from candlewick.specs.conditions import WEEKDAYS
from candlewick.specs.models import StrategySpec
from candlewick.specs.reading import read_spec

JSON = dict[str, Any]
_NUMERIC = sorted(name for name in INDICATORS if not is_pattern(name))
_PATTERNS = sorted(name for name in INDICATORS if is_pattern(name))
_FRAMES = (
    {"name": "1h", "timeframe": "1h"},
    {"name": "btc_1h", "timeframe": "1h", "pair": "BTC/{stake}"},
    {"name": "hourly", "timeframe": "1h"},
)
_FIELDS = ("open", "high", "low", "close", "volume")
# Short lengths: random candles are few.
_MOST_LENGTH = 20


@st.composite
def specs(draw: DrawFn) -> StrategySpec:
    """Return a spec that reads without a problem."""
    return read_spec(draw(_documents()))


@st.composite
def _documents(draw: DrawFn) -> JSON:
    made = _Maker(draw)
    made.parameters = draw(st.lists(_parameters(), max_size=3, unique_by=lambda p: p["name"]))
    frames = draw(st.lists(st.sampled_from(_FRAMES), max_size=2, unique_by=lambda f: f["name"]))
    made.columns = [{"kind": "price", "field": field} for field in _FIELDS]
    informatives = [
        {**frame, "indicators": made.indicators(frame["name"], most=2)} for frame in frames
    ]
    indicators = made.indicators(None, most=4)
    short = draw(st.booleans())
    return {
        "name": draw(st.sampled_from(["Example", "RsiReversion", "A"])),
        "description": draw(
            st.sampled_from(
                ["", "Buys dips.", "One line.\n\nAnother one.", "x" * 79, "x" * 83, "word " * 30]
            )
        ),
        "timeframe": "5m",
        "can_short": short,
        "parameters": made.parameters,
        "informatives": informatives,
        "indicators": indicators,
        "entries": made.rules(can_short=short),
        "exits": made.rules(can_short=short),
        "risk": draw(_risks(made)),
        "position": draw(_positions(made)),
        "protections": draw(st.lists(_protections(made), max_size=2)),
        "orders": draw(st.none() | st.just({"entry": "market", "stop_on_exchange": True})),
    }


def _parameters() -> SearchStrategy[JSON]:
    options = {"optimize": st.booleans(), "space": st.sampled_from(["buy", "sell"])}
    return st.one_of(
        st.fixed_dictionaries(
            {
                "kind": st.just("int"),
                "name": st.sampled_from(["length", "candles_of_move"]),
                "low": st.just(2),
                "high": st.just(9),
                "default": st.integers(2, 9),
                **options,
            }
        ),
        st.fixed_dictionaries(
            {
                "kind": st.just("decimal"),
                "name": st.sampled_from(["width", "distance_from_mean"]),
                "low": st.just(0.5),
                "high": st.just(3.0),
                "default": st.sampled_from([0.5, 1.25, 3.0]),
                **options,
            }
        ),
        st.fixed_dictionaries(
            {
                "kind": st.just("choice"),
                "name": st.just("level"),
                "options": st.just([20, 30, 45]),
                "default": st.sampled_from([20, 45]),
                **options,
            }
        ),
        st.fixed_dictionaries(
            {
                "kind": st.just("bool"),
                "name": st.just("asks_for_trend"),
                "default": st.booleans(),
                **options,
            }
        ),
    )


class _Maker:
    def __init__(self, draw: DrawFn) -> None:
        self.draw = draw
        self.parameters: list[JSON] = []
        self.columns: list[JSON] = []
        self.patterns: list[JSON] = []

    def indicators(self, frame: str | None, most: int) -> list[JSON]:
        made: list[JSON] = []
        sources: list[JSON] = [{"kind": "price", "field": field} for field in _FIELDS]
        where = {} if frame is None else {"frame": frame}
        if frame is not None:
            self.columns += [{"kind": "price", "field": field, **where} for field in _FIELDS[:4]]
        for number in range(self.draw(st.integers(0, most))):
            of_pattern = self.draw(st.integers(0, 4)) == 0
            name = self.draw(st.sampled_from(_PATTERNS if of_pattern else _NUMERIC))
            known = INDICATORS[name]
            label = f"{self.draw(st.sampled_from(['x', name[:16].rstrip('_'), 'average_of_price']))}_{number}"
            use = {
                "kind": "indicator",
                "name": label,
                "indicator": name,
                "settings": self._settings(known),
            }
            if known.has_source and self.draw(st.booleans()):
                use["source"] = self.draw(st.sampled_from(sources))
            made.append(use)
            if of_pattern:
                self.patterns.append({"name": label, **where})
                continue
            outputs = [
                {"kind": "indicator", "name": label, "output": output.name}
                for output in known.outputs
            ]
            sources += outputs
            self.columns += [{**output, **where} for output in outputs]
        return made

    def _settings(self, known: Indicator) -> JSON:
        found: JSON = {}
        for setting in known.settings:
            if not setting.is_whole:
                continue
            low = int(setting.low)
            fitting = [p for p in self.parameters if p["kind"] == "int" and low <= p["low"]]
            numbers = st.integers(low, max(low, _MOST_LENGTH))
            found[setting.name] = self.draw(self._number(numbers, fitting))
        return found

    def _number(self, numbers: SearchStrategy[Any], fitting: list[JSON]) -> SearchStrategy[Any]:
        if not fitting:
            return numbers
        uses = [{"kind": "parameter", "name": parameter["name"]} for parameter in fitting]
        return numbers | st.sampled_from(uses)

    def rules(self, *, can_short: bool) -> list[JSON]:
        tags = self.draw(
            st.lists(
                st.sampled_from(
                    [
                        "dip",
                        "",
                        "Strong trend, 2 %",
                        "for",
                        "a very long tag that says all there is to say about",
                    ]
                ),
                max_size=2,
                unique=True,
            )
        )
        return [
            {
                "kind": "rule",
                "tag": tag,
                "side": self.draw(st.sampled_from(["long", "short"])) if can_short else "long",
                "when": self.condition(3),
            }
            for tag in tags
        ]

    def condition(self, levels: int) -> JSON:
        kinds = ["compare", "crosses", "moves", "between", "distance", "time", "weekdays"]
        if self.patterns:
            kinds.append("pattern")
        if self._switches():
            kinds.append("switch")
        if levels:
            kinds += ["all", "any", "not", "within"] * 2
        kind = self.draw(st.sampled_from(kinds))
        return {"kind": kind, **getattr(self, f"_{kind}")(levels)}

    def _all(self, levels: int) -> JSON:
        count = self.draw(st.integers(2, 3))
        return {"conditions": [self.condition(levels - 1) for _ in range(count)]}

    _any = _all

    def _not(self, levels: int) -> JSON:
        return {"condition": self.condition(levels - 1)}

    def _within(self, levels: int) -> JSON:
        return {"condition": self.condition(levels - 1), "candles": self._candles()}

    def _compare(self, _: int) -> JSON:
        sign = self.draw(st.sampled_from([">", ">=", "<", "<=", "==", "!="]))
        sides = [self._varying(), self._operand()]
        if self.draw(st.integers(0, 5)) == 0:
            sides.reverse()
        return {"left": sides[0], "sign": sign, "right": sides[1]}

    def _crosses(self, _: int) -> JSON:
        direction = self.draw(st.sampled_from(["above", "below"]))
        return {"left": self._varying(), "direction": direction, "right": self._operand()}

    def _moves(self, _: int) -> JSON:
        direction = self.draw(st.sampled_from(["rising", "falling"]))
        return {"operand": self._varying(), "direction": direction, "candles": self._candles()}

    def _between(self, _: int) -> JSON:
        low, high = sorted(self.draw(st.tuples(st.integers(-50, 90), st.integers(0, 200))))
        return {
            "operand": self._varying(),
            "low": self.draw(st.sampled_from([low, self._column()])),
            "high": self.draw(st.sampled_from([high, self._column()])),
        }

    def _distance(self, _: int) -> JSON:
        percents = self._number(
            st.sampled_from([0.5, 2, 12.5]), [p for p in self.parameters if p["kind"] == "decimal"]
        )
        return {
            "operand": self._varying(),
            "reference": self._column(),
            "side": self.draw(st.sampled_from(["above", "below", "near"])),
            "percent": self.draw(percents),
        }

    def _pattern(self, _: int) -> JSON:
        direction = self.draw(st.sampled_from(["bullish", "bearish"]))
        return {**self.draw(st.sampled_from(self.patterns)), "direction": direction}

    def _time(self, _: int) -> JSON:
        start = self.draw(st.integers(0, 22))
        return {"start": f"{start:02}:30", "end": f"{self.draw(st.integers(start + 1, 24)):02}:00"}

    def _weekdays(self, _: int) -> JSON:
        return {"days": self.draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4))}

    def _switch(self, _: int) -> JSON:
        return {"name": self.draw(st.sampled_from(self._switches()))}

    def _switches(self) -> list[str]:
        return [parameter["name"] for parameter in self.parameters if parameter["kind"] == "bool"]

    def _candles(self) -> Any:
        fitting = [p for p in self.parameters if p["kind"] == "int"]
        return self.draw(self._number(st.integers(1, 6), fitting))

    def _column(self) -> JSON:
        column = self.draw(st.sampled_from(self.columns))
        ago = self._candles() if self.draw(st.integers(0, 3)) == 0 else 0
        return {**column, "ago": ago}

    def _varying(self) -> JSON:
        if self.draw(st.integers(0, 4)):
            return self._column()
        sign = self.draw(st.sampled_from("+-*/"))
        right = (
            self._column() if self.draw(st.booleans()) else self.draw(st.sampled_from([2, 0.5, -3]))
        )
        return {"kind": "math", "sign": sign, "left": self._column(), "right": right}

    def _operand(self) -> Any:
        numbers = st.integers(-200, 100) | st.sampled_from([0.5, 30.25])
        plain = self._number(numbers, [p for p in self.parameters if p["kind"] != "bool"])
        return self.draw(plain) if self.draw(st.booleans()) else self._varying()


@st.composite
def _risks(draw: DrawFn, made: _Maker) -> JSON:
    risk: JSON = {"stop_loss": draw(st.sampled_from([0.03, 0.1, 0.25]))}
    if draw(st.booleans()):
        risk["targets"] = [{"minutes": 0, "profit": 0.08}, {"minutes": 60, "profit": -0.01}]
    if draw(st.booleans()):
        risk["trailing"] = draw(
            st.sampled_from(
                [
                    {},
                    {"distance": 0.01},
                    {"distance": 0.01, "offset": 0.02},
                    {"distance": 0.01, "offset": 0.02, "only_after_offset": True},
                ]
            )
        )
    if draw(st.booleans()):
        risk["steps"] = [
            {"profit": 0.02 * step, "lock": 0.01 * step}
            for step in range(1, draw(st.integers(2, 7)))
        ]
    if draw(st.booleans()):
        minutes = made._number(st.just(240), [p for p in made.parameters if p["kind"] == "int"])
        risk["time_stop"] = {
            "minutes": draw(minutes),
            "unless_above": draw(st.sampled_from([0.0, -0.01])),
        }
    return risk


@st.composite
def _positions(draw: DrawFn, made: _Maker) -> JSON:
    decimals = [p for p in made.parameters if p["kind"] == "decimal"]
    position: JSON = {}
    if draw(st.booleans()):
        share = draw(made._number(st.just(0.5), decimals))
        position["size"] = draw(
            st.sampled_from([{"kind": "share", "share": share}, {"kind": "risk", "share": 0.01}])
        )
    if draw(st.booleans()):
        steps = range(1, draw(st.integers(2, 6)))
        position["added"] = [{"drop": 0.02 * step, "size": 1.5} for step in steps]
    if draw(st.booleans()):
        position["leverage"] = 3.0
    return position


def _protections(made: _Maker) -> SearchStrategy[Mapping[str, Any]]:
    uses = [
        {"kind": "parameter", "name": each["name"]}
        for each in made.parameters
        if each["kind"] == "int"
    ]
    stop = made.draw(st.sampled_from([12, *uses]))
    guard = {"lookback": 48, "trades": 2, "stop": stop}
    return st.sampled_from(
        [
            {"kind": "cooldown", "stop": stop},
            {"kind": "stop_guard", **guard, "per_pair": True},
            {"kind": "drawdown_guard", **guard, "drawdown": 0.2},
            {"kind": "low_profit_guard", **guard, "profit": 0.01},
        ]
    )
