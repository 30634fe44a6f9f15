"""Finds the words of the lexicon in a text."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from candlewick.indicators.registry import INDICATORS
from candlewick.phrases import lexicon

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_UNITS = {"m": "m", "h": "h", "d": "d", "w": "w"}
_UNIT = r"(?:minutes?|mins?|m|hours?|hrs?|hr|h|days?|d|weeks?|wks?|w)"
_PATTERNS = (
    ("CLOCK", r"\d{1,2}:\d{2}|\d{1,2}\s?(?:am|pm)\b"),
    ("PERCENT", rf"[-+]?{_NUMBER}\s*(?:%|percent\b|per cent\b|pct\b)(?!r)"),
    ("AGO", r"\d+\s*(?:candles?|bars?|periods?)\s*(?:ago|before|earlier)\b"),
    ("ARGS", rf"\(\s*{_NUMBER}(?:\s*[,/]\s*{_NUMBER})*\s*\)"),
    ("NUMPAIR", r"\d+(?:\s?/\s?\d+){1,3}(?![\w/])"),
    ("DURATION", rf"{_NUMBER}\s?-?\s?{_UNIT}(?![\w/])|hourly\b|daily\b|weekly\b"),
    ("MULTIPLE", rf"{_NUMBER}\s?x(?!\w)"),
    ("NUMBER", rf"(?<![\w)])-?{_NUMBER}(?![\d:])"),
)
_NAMED = {"hourly": (1.0, "h"), "daily": (1.0, "d"), "weekly": (1.0, "w")}
_EVENTS = {"golden": "golden cross", "death": "death cross"}


@dataclass(frozen=True, slots=True)
class Word:
    """One token: its meaning, and where in the text it stands."""

    type: str
    value: Any
    start: int
    end: int

    def __str__(self) -> str:
        return str(self.value)


def words_in(text: str) -> Iterator[Word]:
    for match in _scanner().finditer(text.lower()):
        kind, found = match.lastgroup or "", match.group()
        if kind == "MULTIPLE":
            yield Word("NUMBER", _number(found), match.start(), match.end() - 1)
            yield Word("TIMES", "", match.end() - 1, match.end())
        elif kind == "TERM":
            for type_, value in _terms()[" ".join(found.split())]:
                yield Word(type_, value, match.start(), match.end())
        elif kind:
            yield Word(kind, _value(kind, found), match.start(), match.end())


def _value(kind: str, found: str) -> Any:
    readers: Mapping[str, Callable[[str], Any]] = {
        "PERCENT": _number,
        "NUMBER": _number,
        "AGO": lambda text: int(_number(text)),
        "ARGS": _numbers,
        "NUMPAIR": _numbers,
        "DURATION": _duration,
        "CLOCK": _clock,
    }
    read = readers.get(kind)
    return found if read is None else read(found)


def _numbers(found: str) -> tuple[float, ...]:
    return tuple(_number(part) for part in re.findall(_NUMBER, found))


def _duration(found: str) -> tuple[float, str]:
    if found in _NAMED:
        return _NAMED[found]
    unit = next(letter for letter in found if letter.isalpha())
    return _number(found), _UNITS[unit]


def _number(found: str) -> float:
    match = re.search(rf"[-+]?{_NUMBER}", found)
    return float(match.group().replace(",", "")) if match else 0.0


def _clock(found: str) -> str:
    hours, _, rest = found.partition(":")
    if rest:
        return f"{int(hours):02d}:{rest}"
    hour = int(re.sub(r"\D", "", found)) % 12 + (12 if "p" in found else 0)
    return f"{hour:02d}:00"


@cache
def _scanner() -> re.Pattern[str]:
    terms = sorted(_terms(), key=lambda term: (-len(term), term))
    written = "|".join(_bounded(term) for term in terms)
    numbers = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS)
    # Signs such as %k and +di are names before they are numbers.
    return re.compile(
        rf"(?P<SEP>[;\n]|\.(?!\d)|:(?!\d)|!|\?)|(?P<COMMA>,)|{numbers}|(?P<TERM>{written})|(?P<UNKNOWN>[^\s,.;]+)"
    )


def _bounded(term: str) -> str:
    pattern = r"\s+".join(re.escape(part) for part in term.split())
    before = r"(?<![\w])" if term[0].isalnum() else ""
    after = r"(?![\w])" if term[-1].isalnum() else ""
    return f"{before}{pattern}{after}"


@cache
def _terms() -> dict[str, list[tuple[str, Any]]]:
    """Return what each way to write something means."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for word in lexicon.FILLERS:
        found[word] = [("FILLER", word)]
    for indicator in INDICATORS.values():
        kind = "PATTERN" if indicator.group == "pattern" else "IND"
        for name in (indicator.name.replace("_", " "), indicator.name, indicator.title.lower()):
            found[name] = [(kind, indicator.name)]
    for name, written in lexicon.ALIASES.items():
        kind = "PATTERN" if INDICATORS[name].group == "pattern" else "IND"
        found |= {each: [(kind, name)] for each in written.split("|")}
    tables: tuple[tuple[str, dict[str, str]], ...] = (
        *lexicon.KEYWORDS.items(),
        ("OUT", lexicon.OUTPUTS),
        ("PAIR", lexicon.COINS),
        ("PRICE", lexicon.PRICES),
    )
    for type_, values in tables:
        for value, written in values.items():
            found |= {each: [(type_, value)] for each in written.split("|")}
    found |= {
        each: [("DAYS", (day,))]
        for day, written in lexicon.DAYS.items()
        for each in written.split("|")
    }
    found |= {each: [("EVENT", name)] for name, each in _EVENTS.items()}
    found |= {"(": [("LPAR", "(")], ")": [("RPAR", ")")]}
    found |= _special()
    return found


def _special() -> dict[str, list[tuple[str, Any]]]:
    weekend, week = ("sat", "sun"), ("mon", "tue", "wed", "thu", "fri")
    found: dict[str, list[tuple[str, Any]]] = {}
    for days, name in ((weekend, "WEEKEND"), (week, "WEEKDAY")):
        found |= {each: [("DAYS", days)] for each in lexicon.KEYWORDS[name][""].split("|")}
    return found
