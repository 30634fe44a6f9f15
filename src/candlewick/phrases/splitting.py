"""Splits a text into clauses that each say one thing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from candlewick.phrases import lexicon
from candlewick.phrases.tokens import Word, words_in

_STARTS = frozenset(
    {
        "BUY", "SELL", "SHORT", "COVER", "FILTER", "STOP", "TRAIL", "TARGET", "BREAKEVEN", "LOCK", "RISK", "USE", "ADD",
        "LEVERAGE", "WAIT", "REMOVE", "CHANGE",
    }
)  # fmt: skip
_LATE_STARTS = frozenset({"STOP", "TRAIL", "TARGET", "LEVERAGE"})  # these may follow their number
_NUMBERS_BEFORE = (["PERCENT"], ["NUMBER", "IND"], ["NUMBER", "TIMES"], ["NUMBER", "TIMES", "IND"])
BUYS = "buy"
_JOINS = frozenset({"SEP", "AND", "COMMA"})
_JOINS_DAYS = frozenset({"AND", "OR", "COMMA", "TO", "INTO"})
_CONTINUED = frozenset(
    {("TRAIL", "STOP"), ("USE", "LEVERAGE"), ("OR", "BUY"), ("ADD", "STOP"), ("INTO", "USE")}
)
# Where these words stand together, the first says nothing: 'change the stop', 'stop to 3 %', 'after 3 red candles'.
_SAYING_NOTHING = (
    *(["CHANGE", start] for start in sorted(_LATE_STARTS | {"ON", "BREAKEVEN"})),
    ["INTO", "PERCENT"], ["INTO", "DURATION"], ["AFTER", "NUMBER", "CANDLE_COLOUR"], ["AFTER", "DAYS"],
)  # fmt: skip
_COLUMN_ENDS = frozenset({"IND", "OUT", "PRICE", "ARGS", "AVERAGE"})


@dataclass(frozen=True, slots=True)
class Clause:
    words: tuple[Word, ...]
    start: int
    end: int


def clauses_of(text: str) -> list[Clause]:
    """Split text where something new begins: a full stop, or a word that starts a clause."""
    words = _with_days_joined(_plain(words_in(text)))
    bounds = {0, len(words)}
    for at, word in enumerate(words):
        if word.type == "SEP" or _Place(words, at).begins:
            bounds.add(at)
    parts = (_trimmed(words[low:high]) for low, high in pairwise(sorted(bounds)))
    return [Clause(part, part[0].start, part[-1].end) for part in parts if part]


def _trimmed(words: Sequence[Word]) -> tuple[Word, ...]:
    """Drop what only joins clauses, and make commas inside one into 'and'."""
    kept = list(words)
    while kept and kept[0].type in _JOINS:
        kept.pop(0)
    while kept and kept[-1].type in _JOINS | {"ON"}:
        kept.pop()
    return tuple(
        replace(word, type="AND") if word.type == "COMMA" else word
        for i, word in enumerate(kept)
        if not (word.type == "COMMA" and kept[i + 1].type in {"AND", "OR", "WHEN"})
    )


class _Place:
    """One place among the words: whether a clause begins there."""

    def __init__(self, words: Sequence[Word], at: int) -> None:
        types = [word.type for word in words]
        self._kind = types[at]
        self._before = types[max(at - 4, 0) : at] or ["SEP"]
        self._after = [*types[at + 1 : at + 5], "SEP", "SEP"]

    @property
    def begins(self) -> bool:
        previous = self._before[-1]
        if self._kind in _LATE_STARTS:
            return not self._follows and not self._has_number_before
        if self._kind in _STARTS:
            return not self._follows
        if self._kind in {"PERCENT", "NUMBER"}:
            return previous in _JOINS and self._has_start_after
        if self._kind == "ON":
            return self._names_timeframe
        return self._kind == "DURATION" and self._is_timeframe

    @property
    def _follows(self) -> bool:
        """Whether a start word goes on with the clause before it: 'trail the stop', 'remove the target'."""
        previous = self._before[-1]
        return previous in {"REMOVE", "CHANGE"} or (previous, self._kind) in _CONTINUED

    @property
    def _has_number_before(self) -> bool:
        """Whether the number before belongs to this word: '5 % stop' rather than 'above 5 %, stop'."""
        for shape in _NUMBERS_BEFORE:
            before = ["SEP", *self._before][: -len(shape)]
            if self._before[-len(shape) :] == shape:
                return before[-1] in _JOINS | {"USE", "CHANGE"}
        return False

    @property
    def _has_start_after(self) -> bool:
        ahead = [self._kind, *self._after]
        return any(
            ahead[: len(shape)] == shape and ahead[len(shape)] in _LATE_STARTS
            for shape in _NUMBERS_BEFORE
        )

    @property
    def _names_timeframe(self) -> bool:
        """Whether 'on 5m candles' or 'on 1h' names the strategy's own candles, not those of an indicator."""
        if self._after[0] != "DURATION":
            return False
        if self._after[1] == "CANDLE":
            return True
        if self._before[-1] in _JOINS:
            return self._after[1] in {"SEP", "COMMA", "ON", *_STARTS}
        is_setting = self._before[-1] == "NUMBER" and self._before[-2:-1] in (["IND"], ["NUMBER"])
        return self._before[-1] not in _COLUMN_ENDS and not is_setting

    @property
    def _is_timeframe(self) -> bool:
        """Whether '4h chart' or '15m' at the beginning names the strategy's own candles."""
        if self._before[-1] in {"ON", "AFTER", "USE", "CHANGE", "INTO"}:
            return False
        if self._after[0] in {"CANDLE", "ON"}:
            return self._after[1] not in {"PRICE", "IND", "DURATION", "PAIR"}
        return self._before[-1] == "SEP" and self._after[0] in {"SEP", "COMMA", *_STARTS}


def _plain(words: Iterable[Word]) -> list[Word]:
    """Drop what says nothing where it stands, and say what is only meant."""
    kept = [word for word in words if word.type not in {"FILLER", "EITHER"}]
    found: list[Word] = []
    for i, word in enumerate(kept):
        ahead = [each.type for each in kept[i : i + 3]]
        before = found[-1].type if found else ""
        if any(ahead[: len(shape)] == shape for shape in _SAYING_NOTHING) or (
            before,
            word.type,
        ) == ("WAIT", "FOR"):
            continue
        if word.type == "FILTER" and before == "BUY":
            # A rule where there is no other, else a condition of all of them.
            found[-1] = replace(word, value=BUYS)
            continue
        if before == "PRICE" and (ahead[:1] == ["TWICE"] or ahead[:2] == ["NUMBER", "TIMES"]):
            # 'Volume is twice its average' means at least that.
            found.append(Word("COMPARE", ">=", word.start, word.start))
        found.append(word)
    return found


def _with_days_joined(words: Iterable[Word]) -> list[Word]:
    """Make one word of 'monday and tuesday' and of 'monday to friday'."""
    found: list[Word] = []
    for word in words:
        types = [each.type for each in found[-2:]]
        if (
            word.type == "DAYS"
            and len(types) > 1
            and types[0] == "DAYS"
            and types[1] in _JOINS_DAYS
        ):
            joint = found.pop()
            found[-1] = _days(found[-1], word, is_range=joint.type in {"TO", "INTO"})
        else:
            found.append(word)
    return found


def _days(first: Word, last: Word, *, is_range: bool) -> Word:
    order = list(lexicon.DAYS)
    days = {*first.value, *last.value}
    if is_range:
        low, high = order.index(first.value[-1]), order.index(last.value[0])
        days |= set(order[low : high + 1] if low <= high else order[low:] + order[: high + 1])
    return Word("DAYS", tuple(day for day in order if day in days), first.start, last.end)
