"""The words of a text as search sees them: without case and accents, apart where people join them, together where they part them."""

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import snowballstemmer

from candlewick.marketplace.search.synonyms import BROADER, NAMES, STOP_WORDS

MAX_WORD = 40

_QUOTES = "usdt|usdc|busd|fdusd|tusd|dai|usd|eur|gbp|jpy|try|brl|aud|btc|eth|bnb"
_PAIR = rf"(?P<base>[a-z0-9]{{2,10}})[/_-](?P<quote>{_QUOTES})(?::[a-z]{{3,5}})?(?!\w)"
_JOINED_PAIR = r"(?P<joined>[a-z0-9]{2,8})(?P<stable>usdt|usdc|busd|fdusd)(?!\w)"
_SPAN = r"(?P<count>\d{1,3})[ -]?(?P<unit>minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)(?!\w)"
_ITEM = re.compile(rf"(?<!\w)(?:{_PAIR}|{_JOINED_PAIR}|{_SPAN})|(?P<chunk>[^\W_]+)", re.IGNORECASE)
_PART = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]|\d+|\w")
_MINUTES = {"m": 1, "h": 60, "d": 1_440, "w": 10_080}
_ADVERBS = {"hourly": "1h", "daily": "1d", "weekly": "1w"}
_LONGEST_NAME = 6
_STEMMED_FROM = 4

CONCEPT = "="  # what begins so is a thing of `synonyms.py`, not a word


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was written. `parts` are the words in it, where it has several: EMA200, SuperTrend."""

    word: str
    parts: tuple[str, ...] = ()
    is_pair: bool = False

    @property
    def is_stop_word(self) -> bool:
        return self.word in STOP_WORDS


def items_of(text: str) -> list[Item]:
    """Return what was written, in order."""
    return [_item(found) for found in _ITEM.finditer(_folded(text))]


def tokens_of(text: str) -> dict[str, None]:
    """Return what a listing's text is found by, each once, in order: words, their parts, and things that have names."""
    items = items_of(text)
    found: dict[str, None] = {}
    for item in items:
        if not item.is_stop_word:
            found |= dict.fromkeys((item.word, *item.parts))
    parts = [part for item in items for part in (item.parts or (item.word,))]
    for words in ([item.word for item in items], parts):
        found |= dict.fromkeys(concept for _, _, concept in concepts_in(words))
    return found


def concepts_in(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield every thing that is named, with the place of its name; broader things with their narrower ones."""
    stems = [stem(word) for word in words]
    for start in range(len(stems)):
        for end in range(start + 1, min(start + _LONGEST_NAME, len(stems)) + 1):
            name = _by_name().get(tuple(stems[start:end]))
            while name is not None:
                yield start, end, CONCEPT + name
                name = BROADER.get(name)


@functools.lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the part of a word that its forms share; names with digits and other scripts are left alone."""
    if len(word) < _STEMMED_FROM or not word.isascii() or not word.isalpha():
        return word
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


def timeframe_word(minutes: int) -> str:
    """Return the one form of a span of time: 60 minutes are 1h."""
    for unit in ("w", "d", "h"):
        if minutes % _MINUTES[unit] == 0:
            return f"{minutes // _MINUTES[unit]}{unit}"
    return f"{minutes}m"


def _item(found: re.Match[str]) -> Item:
    groups = found.groupdict()
    if groups["base"]:
        base, quote = groups["base"].lower(), groups["quote"].lower()
        return Item(base + quote, (base, quote), is_pair=True)
    if groups["joined"]:
        base, quote = groups["joined"].lower(), groups["stable"].lower()
        return Item(base + quote, (base, quote), is_pair=True)
    if groups["count"]:
        return Item(timeframe_word(int(groups["count"]) * _MINUTES[groups["unit"][0].lower()]))
    return _chunk(groups["chunk"])


def _chunk(text: str) -> Item:
    word = text.casefold()[:MAX_WORD]
    if word in _ADVERBS:
        return Item(_ADVERBS[word], (word,))
    parts = tuple(part.casefold() for part in _PART.findall(text))
    are_words = len(parts) > 1 and all(len(part) > 1 or part.isdigit() for part in parts)
    return Item(word, parts if are_words else ())


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


@functools.cache
def _by_name() -> dict[tuple[str, ...], str]:
    return {
        tuple(stem(word) for word in name.split()): thing
        for thing, names in NAMES.items()
        for name in names.split("|")
    }


@functools.cache
def _stemmer() -> "snowballstemmer.EnglishStemmer":
    return snowballstemmer.stemmer("english")
