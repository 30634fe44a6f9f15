"""The last line before a reply's text goes out: no system text, no promise of profit.

It sees words, not meanings: what a model says in another language or spells backwards passes. The system
text therefore holds nothing that is secret, and no tool does what its user could not.
"""

import re
from collections import deque

from candlewick.errors import AppError

_WORDS_IN_A_ROW = 9
_LONGEST_HELD = 600
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_WORD = re.compile(r"[a-z0-9']+")
_PROMISE = re.compile(
    r"""
    guarantee\w*\W+(?:\w+\W+){0,4}(?:profit|return|gain|income|win|earning)
    | (?:profit|return|gain|income|earning)s?\s+(?:\w+\s+){0,3}guarantee
    | (?:can(?:no|')?t|cannot|never|won't|will\s+not)\s+(?:ever\s+)?(?:lose|fail)\b
    | \brisk[\s-]?free\b
    | \b(?:no|zero|without(?:\s+any)?)\s+risk\b
    | \b(?:sure|certain|safe|assured)\s+(?:\w+\s+)?(?:profit|win|gain|money|bet)
    | \b(?:you(?:'ll|\s+will|\s+are\s+going\s+to)|will)\s+(?:\w+\s+){0,3}(?:make|earn|double|triple)\s+(?:\w+\s+){0,3}(?:money|profit|%|percent|rich|fortune|account|wallet|a\s+day|per)
    | \b(?:double|triple)\s+your\s+(?:money|account|wallet)
    | \b100\s*%\s+(?:win|profit|safe|success)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "Nobody can guarantee profits" says the opposite.
_DENIAL = re.compile(
    r"\b(?:no(?:body|thing|t|\s+one)?|never|cannot|can't|can\s+not|don't|doesn't|isn't|without\s+(?:a|any)\s+guarantee)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[:;\u2013\u2014]")
REMOVED = "[A promise of profit was removed here: nobody can make one.]"


class Leaked(AppError):
    """The reply began to repeat its instructions."""

    code, status = "reply_withheld", 502

    def __init__(self) -> None:
        super().__init__(
            "The reply was cut off: it began to repeat the assistant's own instructions. "
            "Say what the strategy should do."
        )


class Guard:
    """Lets a reply's text through sentence by sentence."""

    def __init__(self, private: str) -> None:
        words = _WORD.findall(private.lower())
        last = len(words) - _WORDS_IN_A_ROW + 1
        self._private = frozenset(
            tuple(words[start : start + _WORDS_IN_A_ROW]) for start in range(max(0, last))
        )
        self._held = ""
        self._before: deque[str] = deque(maxlen=_WORDS_IN_A_ROW - 1)

    def feed(self, delta: str) -> str:
        """Return what may go out now; raises `Leaked`."""
        self._held += delta
        ends = [match.end() for match in _SENTENCE_END.finditer(self._held)]
        cut = ends[-1] if ends else 0
        if not cut and len(self._held) > _LONGEST_HELD:
            cut = self._held.rfind(" ") + 1 or len(self._held)
        ready, self._held = self._held[:cut], self._held[cut:]
        return self._passed(ready)

    def rest(self) -> str:
        ready, self._held = self._held, ""
        return self._passed(ready)

    def check(self, text: str) -> str:
        """Return a whole text, cleaned; raises `Leaked`."""
        self._refuse_private([*_WORD.findall(text.lower())])
        return cleaned(text)

    def _passed(self, text: str) -> str:
        if not text:
            return ""
        words = [*self._before, *_WORD.findall(text.lower())]
        self._refuse_private(words)
        self._before.extend(words)
        return cleaned(text)

    def _refuse_private(self, words: list[str]) -> None:
        last = len(words) - _WORDS_IN_A_ROW + 1
        for start in range(max(0, last)):
            if tuple(words[start : start + _WORDS_IN_A_ROW]) in self._private:
                raise Leaked


def cleaned(text: str) -> str:
    """Return the text with every sentence that promises profit replaced."""
    found = re.split(r"((?<=[.!?…])\s+|\n+)", text)
    return "".join(REMOVED if promises(piece) else piece for piece in found)


def promises(sentence: str) -> bool:
    return any(
        _DENIAL.search(_CLAUSE.split(sentence[: match.start()])[-1]) is None
        for match in _PROMISE.finditer(sentence)
    )
