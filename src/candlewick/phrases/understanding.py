"""Understands a phrase: the strategy that it describes or changes, a question, a request, or why not."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lark.exceptions import UnexpectedInput, VisitError

from candlewick.errors import Invalid
from candlewick.phrases.clauses import Clauses
from candlewick.phrases.draft import DEFAULT_TIMEFRAME, Draft, NotUnderstood, Unclear
from candlewick.phrases.grammar import PARSER
from candlewick.phrases.lexicon import NUMBER_WORDS
from candlewick.phrases.pruning import drop_unused
from candlewick.phrases.replies import Choice, Proposal, Question, Refusal, Reply
from candlewick.phrases.requests import EXAMPLES, find_request
from candlewick.phrases.splitting import BUYS, Clause, clauses_of
from candlewick.phrases.vague import find_vague
from candlewick.specs.models import Rule, StrategySpec
from candlewick.specs.reading import read_spec
from candlewick.specs.sentences import Sentences

MAX_CHARACTERS = 2_000
_SHOWN = 80
_RESTART = re.compile(
    r"^\W*(start over|from scratch|new strategy|begin again)\b[\s:,.-]*", re.IGNORECASE
)
_INSTEAD = re.compile(r"^\W*instead\b(?! of)[\s:,.-]*", re.IGNORECASE)
_ALSO = re.compile(r"^\W*(also|additionally|in addition|and also)\b[\s:,.-]*", re.IGNORECASE)
_NAME = re.compile(
    r"[\s,.;]*(?:and\s+)?\b(?:call|name) (?:it|this|the strategy)\s+[\"'“]?(?P<name>[A-Za-z][\w -]{0,60}?)[\"'”]?\s*(?=[.,;!\n]|$)",
    re.IGNORECASE,
)
_SIGNS = str.maketrans(
    {"\u2019": "'", "\u2013": "-", "\u2014": ", ", "\u2265": ">=", "\u2264": "<="}
)
_RULES = {"BUY": "entries", "SHORT": "entries", "SELL": "exits", "COVER": "exits"}
_KINDS = {"entries": "to buy", "exits": "to sell"}


def understand(text: str, spec: StrategySpec | None) -> Reply:
    """Return what a phrase asks for; the same answer for the same phrase and spec for ever.

    Args:
        text: what the user wrote.
        spec: the strategy as it is, which the phrase may change.
    """
    if len(text) > MAX_CHARACTERS:
        return Refusal(
            f"That is longer than the {MAX_CHARACTERS:,} characters that I read. Say it in parts. {EXAMPLES}"
        )
    if not re.search(r"\w", text):
        return Refusal(f"Tell me when to buy and when to sell. {EXAMPLES}")
    plain = _plain(text)
    request = find_request(plain)
    if request is not None:
        return request
    try:
        return _Reading(plain, spec).reply()
    except NotUnderstood as error:
        return Refusal(str(error))


class _Reading:
    def __init__(self, text: str, spec: StrategySpec | None) -> None:
        self._restarts = _RESTART.match(text) is not None
        text = _RESTART.sub("", text)
        self._replaces = _INSTEAD.match(text) is not None
        self._adds = _ALSO.match(text) is not None
        self._text = _ALSO.sub("", _INSTEAD.sub("", text))
        self._before = None if self._restarts else spec
        self._prefix = (
            "start over: "
            if self._restarts
            else "instead: "
            if self._replaces
            else "also: "
            if self._adds
            else ""
        )

    def reply(self) -> Reply:
        name = _NAME.search(self._text)
        body = _NAME.sub("", self._text)
        vague = find_vague(body)
        if vague is not None:
            return self._question(vague, body)
        clauses = sorted(self._with_a_rule(clauses_of(body)), key=_is_late)
        if not clauses and name is None:
            raise NotUnderstood(f"I see nothing there that a strategy could do. {EXAMPLES}")
        conflict = self._conflict(clauses)
        if conflict is not None:
            return conflict
        draft = self._begun(clauses)
        if name is not None:
            draft.data["name"] = _class_name(name["name"])
        try:
            waiting = self._obey(draft, clauses, body)
        except Unclear as unclear:
            return self._question(unclear, body)
        if waiting is not None:
            return self._what_for(waiting)
        return self._proposal(draft)

    def _with_a_rule(self, clauses: list[Clause]) -> list[Clause]:
        """Take 'buy only when …' for the rule where there is no other one to buy."""
        had = self._before is not None and bool(self._before.entries)
        if had or any(clause.words[0].type in {"BUY", "SHORT"} for clause in clauses):
            return clauses
        found = next((c for c in clauses if c.words[0].value == BUYS), None)
        if found is None:
            return clauses
        rule = replace(found, words=(replace(found.words[0], type="BUY"), *found.words[1:]))
        return [rule if clause is found else clause for clause in clauses]

    def _begun(self, clauses: list[Clause]) -> Draft:
        """Return the strategy as it is, without the rules that others take the place of."""
        draft = Draft.of(self._before)
        for clause in clauses if self._replaces else ():
            if clause.words[0].type in _RULES:
                draft.data[_RULES[clause.words[0].type]] = []
        return draft

    def _obey(self, draft: Draft, clauses: list[Clause], body: str) -> str | None:
        """Do what the clauses say; return the words of a condition of which it is not said what it is for."""
        doing = Clauses(draft)
        for clause in clauses:
            doing.text = body[clause.start : clause.end]
            first = clause.words[0].type
            doing.is_up = first not in {"SELL", "SHORT"}
            doing.latest = doing.relation_ = None
            _transform(doing, clause, body)
            if doing.waiting is not None:
                return doing.text
        return None

    def _conflict(self, clauses: list[Clause]) -> Question | None:
        """Ask whether a rule comes in the place of those that the strategy has, or beside them."""
        if self._before is None or self._replaces or self._adds:
            return None
        ways = {
            _RULES[clause.words[0].type] for clause in clauses if clause.words[0].type in _RULES
        }
        present = [
            way for way in ("entries", "exits") if way in ways and getattr(self._before, way)
        ]
        if not present:
            return None
        what = " and ".join(_KINDS[way] for way in present)
        return Question(
            f"The strategy has rules {what} already. What should become of them?",
            (
                Choice("Take their place", f"instead: {self._text}"),
                Choice("Keep them, and add this", f"also: {self._text}"),
                Choice("Begin a new strategy", f"start over: {self._text}"),
            ),
        )

    def _question(self, unclear: Unclear, body: str) -> Question:
        before, after = body[: unclear.start], body[unclear.end :]
        return Question(
            unclear.question,
            tuple(
                Choice(
                    label,
                    self._prefix
                    + " ".join(f"{before} {words} {after}".split())
                    .replace(" ,", ",")
                    .replace(" .", "."),
                )
                for label, words in unclear.ways
            ),
        )

    def _what_for(self, text: str) -> Question:
        if self._before is None:
            choices = (Choice("Yes, when to buy", f"{self._prefix}buy when {text}"),)
            return Question(
                f"Is '{text}' when to buy? Say 'buy when …', and then when to sell.", choices
            )
        return Question(
            f"Is '{text}' when to buy, when to sell, or required for every entry?",
            (
                Choice("When to buy", f"{self._prefix}buy when {text}"),
                Choice("When to sell", f"{self._prefix}sell when {text}"),
                Choice("Required for every entry", f"only when {text}"),
            ),
        )

    def _proposal(self, draft: Draft) -> Reply:
        if not draft.items("entries"):
            raise NotUnderstood(f"Say when to buy. {EXAMPLES}")
        if self._before is None and not _ends(draft):
            return self._how_to_end()
        if not draft.data["name"]:
            draft.data["name"] = _named_after(draft)
        drop_unused(draft.data)
        try:
            spec = read_spec(draft.data)
        except Invalid as error:
            raise NotUnderstood(
                " ".join(
                    ["That gives no strategy that can run.", *(text for _, text in error.fields)]
                )
            ) from error
        if spec == self._before:
            return Question("The strategy is like that already. What should change?")
        return Proposal(spec, tuple(self._understood(spec, draft)))

    def _how_to_end(self) -> Question:
        return Question(
            "When should a trade end?",
            (
                Choice(
                    "At 5 % profit, or a stop at 5 %",
                    f"{self._prefix}{self._text}. take profit 5%. stop loss 5%",
                ),
                Choice(
                    "A stop that follows 3 % behind",
                    f"{self._prefix}{self._text}. trailing stop 3%",
                ),
                Choice("After a day", f"{self._prefix}{self._text}. sell after 1 day"),
            ),
        )

    def _understood(self, spec: StrategySpec, draft: Draft) -> Iterator[str]:
        """Say what is new: rules, timeframe, and what the clauses noted."""
        old, sentences = self._before, Sentences(spec)
        if old is None or old.timeframe != spec.timeframe:
            assumed = spec.timeframe == DEFAULT_TIMEFRAME and not _says_timeframe(self._text)
            yield f"Candles: {spec.timeframe}{', as you named none' if assumed else ''}."
        for way, verbs in (("entries", ("Buy", "Sell short")), ("exits", ("Sell", "Buy back"))):
            had = getattr(old, way) if old is not None else ()
            for step in getattr(spec, way):
                if isinstance(step, Rule) and step not in had:
                    yield f"{verbs[step.side == 'short']} when {sentences.condition(step.when)}."
        yield from draft.notes
        if old is None and "stop_loss" not in draft.risk:
            yield f"Stop at a loss of {spec.risk.stop_loss * 100:g} %, as you named none."


def _plain(text: str) -> str:
    """Write quotes, dashes and number words the way that the lexicon knows."""
    plain = text.translate(_SIGNS)
    plain = re.sub(
        r"\b(?:an?|each|every|one) (hour|day|week|minute)\b", r"1 \1", plain, flags=re.IGNORECASE
    )
    for word in sorted(NUMBER_WORDS, key=len, reverse=True):
        number = f"{NUMBER_WORDS[word]:g}"
        plain = re.sub(
            rf"\b{word}\b(?! white| black| inside| outside|-line| line strike)",
            number,
            plain,
            flags=re.IGNORECASE,
        )
    # A verb here, a price elsewhere.
    plain = re.sub(
        r"(?<!the )\bclose (?=(?:when|if|after|at|once|on the opposite)\b)",
        "exit ",
        plain,
        flags=re.IGNORECASE,
    )
    return re.sub(
        r"\b(\w+)'s\b", r"\1", re.sub(r"\bit's\b", "it is", plain, flags=re.IGNORECASE)
    ).strip()


def _is_late(clause: Clause) -> tuple[bool, bool]:
    """Timeframes first, on which all else depends; then rules; then what is required of rules."""
    types = {word.type for word in clause.words}
    first = clause.words[0].type
    is_timeframe = "DURATION" in types and types <= {
        "USE",
        "CHANGE",
        "ON",
        "INTO",
        "DURATION",
        "CANDLE",
    }
    return not is_timeframe, first in {"FILTER", "DAYS", "NOT", "BETWEEN"}


def _transform(doing: Clauses, clause: Clause, body: str) -> None:
    try:
        doing.transform(PARSER.parse(list(clause.words)))
    except UnexpectedInput as error:
        raise NotUnderstood(_not_understood(error, clause, body)) from error
    except VisitError as error:
        # Lark wraps what its rules raise.
        raise error.orig_exc from None


def _not_understood(error: UnexpectedInput, clause: Clause, body: str) -> str:
    token: Any = getattr(error, "token", None)
    at = getattr(token, "value", None)
    said = body[clause.start : clause.end][:_SHOWN]
    unknown = [word for word in clause.words if word.type == "UNKNOWN"]
    if unknown:
        words = ", ".join(repr(body[word.start : word.end]) for word in unknown[:3])
        return f"I do not know {words} in '{said}'. {EXAMPLES}"
    if at is None or not hasattr(at, "start"):
        return f"'{said}' seems to end too soon. Say the whole rule. {EXAMPLES}"
    return f"I understood '{body[clause.start : at.start].strip()}', but not how '{body[at.start : clause.end][:_SHOWN]}' goes on. {EXAMPLES}"


def _ends(draft: Draft) -> bool:
    risk = draft.risk
    return bool(draft.items("exits")) or any(
        risk.get(part) for part in ("targets", "trailing", "time_stop", "range_stop")
    )


def _says_timeframe(text: str) -> bool:
    return any(not _is_late(clause)[0] for clause in clauses_of(text))


def _class_name(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))[:80]


def _named_after(draft: Draft) -> str:
    names = [
        str(use["indicator"]) for use in draft.items("indicators") if use.get("kind") == "indicator"
    ]
    names += [
        str(use["indicator"])
        for frame in draft.items("informatives")
        for use in frame["indicators"]
    ]
    unique = list(dict.fromkeys(names))[:2] or ["price"]
    return "".join(_class_name(name) for name in unique) + "Strategy"
