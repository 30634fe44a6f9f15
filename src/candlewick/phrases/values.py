"""Turns what phrases compare into operands of a spec."""

from dataclasses import dataclass, replace
from typing import Any

from lark import Token, Transformer

from candlewick.indicators.models import Indicator, Pane
from candlewick.indicators.registry import INDICATORS
from candlewick.phrases.draft import (
    Draft,
    Frame,
    Json,
    NotUnderstood,
    Unclear,
    number_of,
    plain,
    timeframe_of,
)
from candlewick.phrases.tokens import Word

Operand = Any  # a number, or an operand as JSON
Parts = list[Any]  # what lark hands to a rule: tokens, and what inner rules returned

# Their first output is what people mean by the name alone.
_PLAIN_OUTPUTS = frozenset(
    {"macd", "stochastic", "fast_stochastic", "stochastic_rsi", "supertrend", "smi", "kdj"}
)
_AVERAGES = frozenset(
    {"sma", "ema", "wma", "dema", "tema", "trima", "kama", "hma", "rma", "zlema", "vwma"}
)
_IN_RANGES = frozenset({"atr", "natr", "standard_deviation", "average_range"})
_MOST_RANGES = 5
CLOUD = "cloud"  # both spans together
# Whose output is meant where no indicator is named.
_OWNERS = {
    "upper": "bollinger", "lower": "bollinger", "middle": "bollinger", "k": "stochastic", "d": "stochastic",
    "conversion": "ichimoku", "base": "ichimoku", "span_a": "ichimoku", "span_b": "ichimoku", "signal": "macd",
    "histogram": "macd", CLOUD: "ichimoku",
}  # fmt: skip
_USUAL_LENGTHS = (9, 20, 50, 200)


@dataclass(frozen=True, slots=True)
class Core:
    """A column before it is known on which candles it is computed."""

    kind: str  # price, indicator, its_output, subject
    word: Word
    field: str = "close"
    indicator: Indicator | None = None
    settings: tuple[float, ...] = ()
    output: str = ""
    source: str | None = None
    is_before: bool = False  # the candles before this one
    times: float | None = None


def words_of(parts: Parts, *types: str) -> list[Word]:
    return [part.value for part in parts if isinstance(part, Token) and part.type in types]


def word_of(parts: Parts, *types: str) -> Word | None:
    return next(iter(words_of(parts, *types)), None)


def the_word(parts: Parts, *types: str) -> Word:
    """Return the word that the rule of the grammar always has."""
    return words_of(parts, *types)[0]


class Values(Transformer[Token, Any]):
    """`latest` is the last column that was named, which `its` and `it` mean."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft
        self.latest: Json | None = None
        self.subject_: Operand = None

    # Numbers

    def plain(self, parts: Parts) -> Operand:
        return number_of(parts[0].value)

    def doubled(self, parts: Parts) -> Operand:
        return {"kind": "math", "sign": "*", "left": 2, "right": parts[1]}

    def calculated(self, parts: Parts) -> Operand:
        signs = {"PLUS": "+", "MINUS": "-", "TIMES": "*", "DIVIDED": "/"}
        left, sign, right = parts
        if not isinstance(left, dict) and not isinstance(right, dict):
            return _computed(signs[sign.type], left, right)
        return {"kind": "math", "sign": signs[sign.type], "left": left, "right": right}

    def length(self, parts: Parts) -> tuple[Word, bool]:
        return parts[0].value, len(parts) > 1

    def recent(self, parts: Parts) -> tuple[Word, bool]:
        return word_of(parts, "NUMBER") or parts[0].value, True

    def settings(self, parts: Parts) -> tuple[float, ...]:
        listed = word_of(parts, "ARGS", "NUMPAIR")
        if listed is not None:
            return tuple(listed.value)
        return tuple(float(word.value) for word in words_of(parts, "NUMBER"))

    # Columns

    def before(self, parts: Parts) -> Word:
        word: Word = parts[0].value
        return word

    def after(self, parts: Parts) -> Word:
        word: Word = parts[-1].value
        return word

    def price(self, parts: Parts) -> Core:
        return Core("price", parts[0].value, field=parts[0].value.value)

    def subject(self, parts: Parts) -> Core:
        return Core("subject", parts[0].value)

    def its_output(self, parts: Parts) -> Core:
        word: Word = parts[-1].value
        return Core("its_output", word, output=word.value)

    def indicator(self, parts: Parts) -> Core:
        word = the_word(parts, "IND")
        output = word_of(parts, "OUT")
        indicator = INDICATORS[word.value]
        given = next((part for part in parts if isinstance(part, tuple) and _is_length(part)), None)
        settings = next(
            (part for part in parts if isinstance(part, tuple) and not _is_length(part)), ()
        )
        times = None
        if given is not None:
            number, has_unit = given
            if _is_multiple(indicator, number.value, has_unit=has_unit):
                times = number.value
            else:
                settings = (number.value, *settings)
        return Core(
            "indicator", word, indicator=indicator, settings=settings, output=output.value if output else "", times=times
        )  # fmt: skip

    def average(self, parts: Parts) -> Core:
        word = the_word(parts, "AVERAGE")
        price = word_of(parts, "PRICE")
        given = [part for part in parts if isinstance(part, tuple)]
        settings = tuple(number.value for number, _ in given if float(number.value).is_integer())
        times = next((n.value for n, _ in given if not float(n.value).is_integer()), None)
        return Core(
            "indicator", word, indicator=INDICATORS["sma"], settings=settings, times=times,
            source=price.value if price else "its",
        )  # fmt: skip

    def extreme(self, parts: Parts) -> Core:
        word = the_word(parts, "HIGHEST", "LOWEST", "PRICE")
        side = word_of(parts, "HIGHEST", "LOWEST")
        price = word_of(parts, "PRICE")
        number = word_of(parts, "NUMBER") or next(
            part[0] for part in parts if isinstance(part, tuple)
        )
        field = price.value if price else None
        return _extreme(word, side.type if side else None, field, float(number.value))

    def column(self, parts: Parts) -> Operand:
        words = [part for part in parts if isinstance(part, Word)]
        core = next(part for part in parts if isinstance(part, Core))
        return self._column(core, words)

    def coin(self, parts: Parts) -> Operand:
        words: list[Word] = [part if isinstance(part, Word) else part.value for part in parts]
        return self._column(Core("price", words[-1]), [w for w in words if w.type != "ON"])

    def _column(self, core: Core, words: list[Word]) -> Operand:
        duration = next((word.value for word in words if word.type == "DURATION"), None)
        coin = next((word.value for word in words if word.type == "PAIR"), None)
        ago = next((word.value for word in words if word.type == "AGO"), 0)
        ago += any(word.type == "PREVIOUS" for word in words)
        if core.kind == "subject":
            return self._same(core)
        core, timeframe = _timed(core, duration)
        frame = self.draft.frame(timeframe, coin)
        made = self._made(core, frame)
        ago += core.is_before
        found = made if frame is None and "frame" not in made else {"frame": frame, **made}
        found = found if not ago else {**found, "ago": ago}
        self.latest = found
        times = core.times
        return (
            found
            if times is None
            else {"kind": "math", "sign": "*", "left": plain(times), "right": found}
        )

    def _same(self, core: Core) -> Operand:
        if self.subject_ is None:
            raise NotUnderstood(
                f"It is not clear what {core.word.value or 'it'!r} means. Name the indicator."
            )
        return self.subject_

    def _made(self, core: Core, frame: Frame) -> Json:
        if core.kind == "price":
            return {"kind": "price", "field": core.field}
        if core.indicator is None:
            return self._output_of_latest(core)
        source = self._source(core, frame)
        settings = self._settings(core, core.indicator)
        output = _output(core, core.indicator)
        name = self.draft.use(core.indicator, settings, source, frame)
        return {"kind": "indicator", "name": name, "output": output}

    def _output_of_latest(self, core: Core) -> Json:
        """Return another output of the indicator that was named last; a band's is of Bollinger's bands otherwise."""
        latest = self.latest or {}
        use = self.draft.used(latest.get("frame"), latest.get("name", ""))
        known = INDICATORS.get(str(use["indicator"])) if use else None
        if known is not None and core.output in {each.name for each in known.outputs}:
            kept: Json = {key: latest[key] for key in ("kind", "name", "frame") if key in latest}
            return {**kept, "output": core.output}
        owner = next(
            (
                u
                for u in self.draft.items("indicators")
                if core.output in _outputs(str(u.get("indicator")))
            ),
            None,
        )
        if owner is not None:
            return {"kind": "indicator", "name": owner["name"], "output": core.output}
        name = _OWNERS.get(core.output)
        if name is None:
            raise NotUnderstood(
                f"It is not clear which indicator's {core.output} is meant. Name the indicator."
            )
        self.draft.note(
            f"{INDICATORS[name].title} is meant by {core.output!r}, as no other indicator was named."
        )
        return {
            "kind": "indicator",
            "name": self.draft.use(INDICATORS[name], {}, None, None),
            "output": core.output,
        }

    def _source(self, core: Core, frame: Frame) -> Json | None:
        if core.source is None or core.source == "close":
            return None
        if core.source != "its":
            return {"kind": "price", "field": core.source}
        latest = self.latest or {"kind": "price", "field": "close"}
        if latest.get("frame") != frame or (
            latest["kind"] == "price" and latest["field"] == "close"
        ):
            return None
        return {key: latest[key] for key in ("kind", "field", "name", "output") if key in latest}

    def _settings(self, core: Core, indicator: Indicator) -> dict[str, float]:
        given = list(core.settings)
        if indicator.name == "bollinger" and len(given) == 2:  # noqa: PLR2004 - one width for both bands
            given.append(given[-1])
        if len(given) > len(indicator.settings):
            names = ", ".join(each.title.lower() for each in indicator.settings) or "none"
            raise NotUnderstood(
                f"{indicator.title} takes {names}; {len(given)} numbers were given."
            )
        if not given and (indicator.name in _AVERAGES or core.word.type == "AVERAGE"):
            written = core.word.value or "average"
            what = f"{written.replace('_', ' ')}"
            raise Unclear(
                f"Over how many candles should the {indicator.title.lower()} go?",
                tuple((f"{n} candles", f"{n} candle {what}") for n in _USUAL_LENGTHS),
                core.word.start, core.word.end,
            )  # fmt: skip
        if not given and indicator.settings and indicator.group != "pattern":
            usual = ", ".join(
                f"{each.title.lower()} {each.default:g}" for each in indicator.settings
            )
            self.draft.note(f"{indicator.title} with its usual settings: {usual}.")
        return {
            setting.name: int(value) if setting.is_whole and float(value).is_integer() else value
            for setting, value in zip(indicator.settings, given, strict=False)
        }

    def pane(self, operand: Operand) -> Pane | None:
        """Return where an operand is drawn: over the candles, in a pane of its own; None for a number."""
        if not isinstance(operand, dict):
            return None
        if operand["kind"] == "math":
            return self.pane(operand["left"]) or self.pane(operand["right"])
        if operand["kind"] == "price":
            return Pane.OWN if operand["field"] == "volume" else Pane.PRICE
        known = self.known(operand)
        return (
            next((each.pane for each in known.outputs if each.name == operand["output"]), None)
            if known
            else None
        )

    def known(self, operand: Operand) -> Indicator | None:
        """Return the registry's entry for an operand that is an indicator."""
        if not isinstance(operand, dict) or operand.get("kind") != "indicator":
            return None
        use = self.draft.used(operand.get("frame"), operand["name"])
        return INDICATORS.get(str(use["indicator"])) if use else None


def _output(core: Core, indicator: Indicator) -> str:
    """Return the output that is meant; a question where the name alone may mean several."""
    names = [each.name for each in indicator.outputs]
    if core.output in names:
        return core.output
    if indicator.name == "ichimoku" and core.output in {"", CLOUD}:
        return CLOUD
    if core.output:
        raise NotUnderstood(f"{indicator.title} has no {core.output}; it has {', '.join(names)}.")
    if len(names) == 1 or indicator.name in _PLAIN_OUTPUTS:
        return names[0]
    written = {name: f"{name.replace('_', ' ')} {indicator.title.lower()}" for name in names}
    raise Unclear(
        f"Which part of the {indicator.title.lower()} is meant?",
        tuple((each.title, written[each.name]) for each in indicator.outputs),
        core.word.start,
        core.word.end,
    )


def _is_length(part: tuple[Any, ...]) -> bool:
    return len(part) == 2 and isinstance(part[0], Word)  # noqa: PLR2004 - a word, and whether it has a unit


def _is_multiple(indicator: Indicator, number: float, *, has_unit: bool) -> bool:
    """Whether '2 atr' means twice the range rather than its length."""
    return not has_unit and (
        not float(number).is_integer() or (indicator.name in _IN_RANGES and number <= _MOST_RANGES)
    )


def _timed(core: Core, duration: tuple[float, str] | None) -> tuple[Core, str | None]:
    """Return the column and its timeframe: '4h rsi' is on candles of 4 hours, '200 day ema' is over 200 days."""
    if duration is None:
        return core, None
    number, unit = duration
    is_bound = (
        core.kind == "price" and core.field in {"high", "low"} and number > 1 and unit in "dw"
    )
    timeframe = None if is_bound else timeframe_of(duration)
    if timeframe is not None:
        return core, timeframe
    one = f"1{unit}"
    if core.kind == "price" and core.field in {"high", "low"}:
        return _extreme(core.word, None, core.field, number), one
    if core.kind == "indicator" and not core.settings and number.is_integer():
        return replace(core, settings=(number,)), one
    raise NotUnderstood(
        f"There are no candles of {number:g}{unit}. Choose 1m, 5m, 15m, 30m, 1h, 2h, 4h, 8h, 12h, 1d or 1w."
    )


def _extreme(word: Word, side: str | None, field: str | None, number: float) -> Core:
    """Return the highest or lowest price of the candles before this one."""
    if side is None and field not in {"high", "low"}:
        raise NotUnderstood(f"Say the highest or the lowest {field} of {number:g} candles.")
    is_high = side == "HIGHEST" or (side is None and field == "high")
    name, plain = ("highest", "high") if is_high else ("lowest", "low")
    return Core(
        "indicator",
        word,
        indicator=INDICATORS[name],
        settings=(number,),
        source=field or plain,
        is_before=True,
    )


def _outputs(name: str) -> set[str]:
    known = INDICATORS.get(name)
    return {each.name for each in known.outputs} if known else set()


def _computed(sign: str, left: float, right: float) -> float:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            if right == 0:
                raise NotUnderstood("Nothing can be divided by zero.")
            return left / right
