"""Turns what phrases say of values into conditions of a spec."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from candlewick.indicators.models import Pane
from candlewick.indicators.registry import INDICATORS
from candlewick.phrases.draft import Json, NotUnderstood, Unclear, number_of
from candlewick.phrases.lexicon import EXTREMES
from candlewick.phrases.tokens import Word
from candlewick.phrases.values import CLOUD, Operand, Parts, Values, the_word, word_of, words_of

CLOSE: Json = {"kind": "price", "field": "close"}
OPEN: Json = {"kind": "price", "field": "open"}

# What crosses when only one of them is named.
_PARTNERS = {
    "macd": ("line", "signal"), "stochastic": ("k", "d"), "fast_stochastic": ("k", "d"), "stochastic_rsi": ("k", "d"),
    "smi": ("line", "signal"), "ichimoku": ("conversion", "base"), "vortex": ("plus", "minus"), "aroon": ("up", "down"),
    "ssl": ("up", "down"), "kdj": ("k", "d"),
}  # fmt: skip
_ALWAYS = {
    "bullish": {"hammer", "inverted_hammer", "piercing", "morning_star", "morning_doji_star", "white_soldiers", "dragonfly_doji"},
    "bearish": {"hanging_man", "shooting_star", "dark_cloud", "evening_star", "evening_doji_star", "black_crows", "gravestone_doji"},
}  # fmt: skip
_MOST_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Relation:
    """What is said of a value; `again` says the same with another right side."""

    of: Callable[[Operand], Json]
    again: Callable[[Operand], "Relation"] | None = None


class Conditions(Values):
    """`is_up` is the way that a crossing goes when the phrase does not say: up where one buys."""

    is_up = True
    relation_: Relation | None = None

    # Trees

    def condition(self, parts: Parts) -> Json:
        return _grouped("any", [part for part in parts if isinstance(part, dict)])

    def both(self, parts: Parts) -> Json:
        return _grouped("all", [part for part in parts if isinstance(part, dict)])

    def negated(self, parts: Parts) -> Json:
        return {"kind": "not", "condition": parts[-1]}

    def group(self, parts: Parts) -> Json:
        found: Json = parts[1]
        return found

    def recently(self, parts: Parts) -> Json:
        number = the_word(parts, "NUMBER")
        return {"kind": "within", "condition": parts[0], "candles": number_of(number)}

    # What is said of a value

    def related(self, parts: Parts) -> Json:
        left, relation = parts
        return self._say(left, relation)

    def related_not(self, parts: Parts) -> Json:
        return {"kind": "not", "condition": self._say(parts[0], parts[-1])}

    def same_subject(self, parts: Parts) -> Json:
        if self.subject_ is None:
            raise NotUnderstood(
                "It is not clear what this is said of. Name a price or an indicator first."
            )
        return self._say(self.subject_, parts[0])

    def same_relation(self, parts: Parts) -> Json:
        relation = self.relation_
        if relation is None and self.pane(parts[0]) is Pane.PRICE:
            # 'Sell at the middle band'.
            return self._say(CLOSE, self._touch(parts[0]))
        if relation is None or relation.again is None or self.subject_ is None:
            raise NotUnderstood(
                "Say what this value should be: above or below something, rising, falling."
            )
        return self._say(self.subject_, relation.again(parts[0]))

    def _say(self, left: Operand, relation: Relation) -> Json:
        self.subject_, self.relation_ = left, relation
        return relation.of(left)

    def compares(self, parts: Parts) -> Relation:
        return self._compare(parts[0].value.value, parts[1])

    def _compare(self, sign: str, right: Operand) -> Relation:
        def of(left: Operand) -> Json:
            spans = _spans(right) or [self._meant(left, right)]
            found: list[Json] = [
                {"kind": "compare", "left": left, "sign": sign, "right": span} for span in spans
            ]
            return _grouped("all", found)

        return Relation(of, lambda other: self._compare(sign, other))

    def crosses(self, parts: Parts) -> Relation:
        said = parts[0].value.value
        compared = word_of(parts, "COMPARE")
        if not said and compared is not None:
            said = "above" if ">" in compared.value else "below"
        direction = said or ("above" if self.is_up else "below")
        operands = [part for part in parts[1:] if not hasattr(part, "type")]
        if not operands:
            return Relation(lambda left: self._crosses_partner(left, direction, parts[0].value))
        return self._cross(direction, operands[0])

    def _cross(self, direction: str, right: Operand) -> Relation:
        def of(left: Operand) -> Json:
            return {
                "kind": "crosses",
                "left": left,
                "direction": direction,
                "right": self._meant(left, right),
            }

        return Relation(of, lambda other: self._cross(direction, other))

    def _crosses_partner(self, left: Operand, direction: str, word: Word) -> Json:
        known = self.known(left)
        if known is not None and known.name in _PARTNERS:
            line, other = _PARTNERS[known.name]
            return {
                "kind": "crosses",
                "left": {**left, "output": line},
                "direction": direction,
                "right": {**left, "output": other},
            }
        if known is not None and known.name == "supertrend":
            return {
                "kind": "crosses",
                "left": {**left, "output": "trend"},
                "direction": direction,
                "right": 0,
            }
        levels = EXTREMES.get(known.name) if known else None
        ways = [f"crosses {direction} {level}" for level in levels or ()]
        raise Unclear(
            "What should it cross?", tuple((way, way) for way in ways) or (("Zero", f"crosses {direction} 0"),),
            word.start, word.end,
        )  # fmt: skip

    def _meant(self, left: Operand, right: Operand) -> Operand:
        """Return the right side: '50 ema above 200' means the average over 200 candles."""
        known = self.known(left)
        if (
            known is None
            or not isinstance(right, int)
            or self.pane(left) is not Pane.PRICE
            or [each.name for each in known.settings] != ["length"]
            or not 1 < right <= _MOST_LENGTH
        ):
            return right
        use = self.draft.used(left.get("frame"), left["name"]) or {}
        source = use.get("source")
        name = self.draft.use(known, {"length": right}, source, left.get("frame"))
        self.draft.note(f"{right} after an average is the length of another one.")
        return {**left, "name": name}

    def moves(self, parts: Parts) -> Relation:
        number = word_of(parts, "NUMBER")
        direction, candles = parts[0].value.value, number_of(number) if number else 1
        return Relation(
            lambda left: {
                "kind": "moves",
                "operand": left,
                "direction": direction,
                "candles": candles,
            }
        )

    def turns(self, parts: Parts) -> Relation:
        direction = parts[0].value.value

        def of(left: Operand) -> Json:
            if self.pane(left) is Pane.OWN or self._is_trend(left):
                return {
                    "kind": "crosses",
                    "left": self._trend(left),
                    "direction": direction,
                    "right": 0,
                }
            if not isinstance(left, dict) or left["kind"] == "math":
                raise NotUnderstood("Only a price or an indicator can turn up or down.")
            return {
                "kind": "crosses",
                "left": left,
                "direction": direction,
                "right": {**left, "ago": left.get("ago", 0) + 1},
            }

        return Relation(of)

    def state(self, parts: Parts) -> Relation:
        word: Word = parts[0].value
        if word.value in {"oversold", "overbought"}:
            return Relation(lambda left: self._extreme_state(left, word))
        sign = ">" if word.value == "positive" else "<"

        def of(left: Operand) -> Json:
            if self.pane(left) is Pane.OWN or self._is_trend(left):
                return {"kind": "compare", "left": self._trend(left), "sign": sign, "right": 0}
            ways = (
                ("over the last candle", "rising"),
                ("over five candles", "rising for 5 candles"),
            )
            if sign == "<":
                ways = (
                    ("over the last candle", "falling"),
                    ("over five candles", "falling for 5 candles"),
                )
            raise Unclear("Over what time?", ways, word.start, word.end)

        return Relation(of)

    def _extreme_state(self, left: Operand, word: Word) -> Json:
        known = self.known(left)
        levels = EXTREMES.get(known.name) if known else None
        if known is None or levels is None:
            raise NotUnderstood(
                f"What {word.value} means is known of oscillators such as the RSI. Say below or above which value."
            )
        is_low = word.value == "oversold"
        level = levels[0] if is_low else levels[1]
        self.draft.note(
            f"{word.value.capitalize()}: {known.title} {'below' if is_low else 'above'} {level}."
        )
        return {"kind": "compare", "left": left, "sign": "<" if is_low else ">", "right": level}

    def _is_trend(self, left: Operand) -> bool:
        known = self.known(left)
        return known is not None and known.name == "supertrend"

    def _trend(self, left: Operand) -> Operand:
        return {**left, "output": "trend"} if self._is_trend(left) else left

    def touches(self, parts: Parts) -> Relation:
        return self._touch(parts[1])

    def _touch(self, right: Operand) -> Relation:
        """The candle reaches a value: from above where one buys, from below where one sells."""
        output = right.get("output") if isinstance(right, dict) else None
        is_below = output == "lower" or (output != "upper" and self.is_up)
        field, sign = ("low", "<=") if is_below else ("high", ">=")
        reaching: Json = {"kind": "price", "field": field}

        def of(left: Operand) -> Json:
            return {
                "kind": "compare",
                "left": reaching if left == CLOSE else left,
                "sign": sign,
                "right": right,
            }

        return Relation(of, self._touch)

    def lies_between(self, parts: Parts) -> Relation:
        low, high = (part for part in parts if not hasattr(part, "type"))
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            low, high = high, low
        return Relation(lambda left: {"kind": "between", "operand": left, "low": low, "high": high})

    def distant(self, parts: Parts) -> Relation:
        signs = words_of(parts, "COMPARE")
        percent = the_word(parts, "PERCENT")
        if len(signs) > 1 and "<" in signs[0].value:
            raise NotUnderstood("Say 'within 3% of' a value for a distance at most.")
        side = "above" if ">" in signs[-1].value else "below"
        return self._far(side, number_of(percent), parts[-1])

    def near(self, parts: Parts) -> Relation:
        percent = the_word(parts, "PERCENT")
        return self._far("near", number_of(percent), parts[-1])

    def _far(self, side: str, percent: float, reference: Operand) -> Relation:
        return Relation(
            lambda left: {
                "kind": "distance", "operand": left, "reference": reference, "side": side, "percent": abs(percent),
            },
            lambda other: self._far(side, percent, other),
        )  # fmt: skip

    def span(self, parts: Parts) -> int:
        duration = word_of(parts, "DURATION")
        if duration is not None:
            return self.draft.candles(duration.value)
        number = word_of(parts, "NUMBER")
        return int(number.value) if number else 1

    def changes(self, parts: Parts) -> Relation:
        percent = the_word(parts, "PERCENT")
        side = "above" if parts[0].value.value in {"up", "rising", "positive"} else "below"
        candles = parts[-1]

        def of(left: Operand) -> Json:
            if not isinstance(left, dict) or left["kind"] == "math":
                raise NotUnderstood("Say which price or indicator changed by so much.")
            before = {**left, "ago": left.get("ago", 0) + candles}
            return {
                "kind": "distance", "operand": left, "reference": before, "side": side, "percent": abs(number_of(percent)),
            }  # fmt: skip

        return Relation(of)

    # Things that are said of no value

    def event(self, parts: Parts) -> Json:
        direction = "above" if parts[0].value.value == "golden" else "below"
        return self._average_crosses("sma", (50, 200), direction)

    def pair_crosses(self, parts: Parts) -> Json:
        lengths, indicator, word = (the_word(parts, kind) for kind in ("NUMPAIR", "IND", "CROSSES"))
        direction = word.value or ("above" if self.is_up else "below")
        if len(lengths.value) != 2:  # noqa: PLR2004 - two averages
            raise NotUnderstood("Name two lengths, such as '9/21 ema crosses above'.")
        return self._average_crosses(indicator.value, sorted(lengths.value), direction)

    def _average_crosses(self, name: str, lengths: Sequence[float], direction: str) -> Json:
        known = INDICATORS[name]
        if [each.name for each in known.settings] != ["length"]:
            raise NotUnderstood(f"{known.title} has no fast and slow one. Name two averages.")
        made = [
            {
                "kind": "indicator",
                "name": self.draft.use(known, {"length": int(n)}, None, None),
                "output": "",
            }
            for n in lengths
        ]
        return {"kind": "crosses", "left": made[0], "direction": direction, "right": made[1]}

    def pattern(self, parts: Parts) -> Json:
        word, state = the_word(parts, "PATTERN"), word_of(parts, "STATE")
        known = INDICATORS[word.value]
        name = self.draft.use(known, {}, None, None)
        always = next((way for way, names in _ALWAYS.items() if known.name in names), None)
        said = {"positive": "bullish", "negative": "bearish"}.get(state.value if state else "")
        direction = always or said or ("bullish" if self.is_up else "bearish")
        if always is not None and said not in {None, always}:
            raise NotUnderstood(f"A {known.title.lower()} is {always} by its nature.")
        return {"kind": "pattern", "name": name, "direction": direction}

    def coloured(self, parts: Parts) -> Json:
        number, colour = word_of(parts, "NUMBER"), the_word(parts, "CANDLE_COLOUR")
        candles = int(number.value) if number else 1
        return _grouped("all", [
            {"kind": "compare", "left": _ago(CLOSE, ago), "sign": colour.value, "right": _ago(OPEN, ago)}
            for ago in range(candles)
        ])  # fmt: skip

    def hours(self, parts: Parts) -> Json:
        start, end = (word.value for word in words_of(parts, "CLOCK"))
        if end == "00:00":
            end = "24:00"
        if start < end:
            return {"kind": "time", "start": start, "end": end}
        return {"kind": "not", "condition": {"kind": "time", "start": end, "end": start}}

    def hours_from(self, parts: Parts) -> Json:
        clock = the_word(parts, "CLOCK")
        if word_of(parts, "AFTER") is None:
            return {"kind": "time", "start": "00:00", "end": clock.value}
        return {"kind": "time", "start": clock.value, "end": "24:00"}

    def days(self, parts: Parts) -> Json:
        return {"kind": "weekdays", "days": list(parts[-1].value.value)}


def _grouped(kind: str, conditions: list[Json]) -> Json:
    return conditions[0] if len(conditions) == 1 else {"kind": kind, "conditions": conditions}


def _ago(price: Json, ago: int) -> Json:
    return price if ago == 0 else {**price, "ago": ago}


def _spans(right: Operand) -> list[Operand]:
    """Return both edges of a cloud: above it is above both of them."""
    if not isinstance(right, dict) or right.get("output") != CLOUD:
        return []
    return [{**right, "output": output} for output in ("span_a", "span_b")]
