"""The tools behind the chat. Each acts for one user and sees what that user may see; none changes anything."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from candlewick.accounts.models import UserId
from candlewick.assistant.backtests import BacktestOffers, Offer
from candlewick.assistant.indicators import look_up
from candlewick.assistant.metrics import METRICS, find_metric
from candlewick.assistant.parts import Choice, Part, Proposal, Question, Result
from candlewick.assistant.proposals import findings_of, propose
from candlewick.assistant.results import RunResults
from candlewick.errors import AppError, Invalid, NotFound
from candlewick.specs.models import StrategySpec
from candlewick.specs.reading import read_spec
from candlewick.strategies.checks import check_code
from candlewick.strategies.models import StrategyId

if TYPE_CHECKING:
    from candlewick.assistant.ports import Turn

MAX_REPAIRS = 2
_MAX_CHOICES = 5
_MAX_RUNS = 4
_MAX_LINES = 20
_MAX_LINE = 300
_MAX_SPEC = 256 * 1024

Arguments = Mapping[str, Any]


MakeToolbox = Callable[["Turn", StrategySpec | None, Callable[[str], str]], "Toolbox"]


class Unrepaired(AppError):
    """The model could not make a spec that passes the checks."""

    code, status = "proposal_refused", 502

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        shown = "; ".join(f"{path}: {text}" for path, text in problems[:3])
        super().__init__(
            "No strategy came of this that passes the checks, also after two corrections. "
            f"Say it in other words, or in smaller steps. What was wrong last: {shown}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a tool gives back to the model, and what it shows to the user."""

    data: dict[str, Any]
    parts: tuple[Part, ...] = ()
    is_refused: bool = False
    ends_turn: bool = False


@dataclass(slots=True, kw_only=True)
class Toolbox:
    """The tools of one reply. `check` is asked for every text that comes from the model."""

    owner: UserId
    strategy_id: StrategyId
    code: str
    spec: StrategySpec | None
    results: RunResults
    offers: BacktestOffers
    check: Callable[[str], str]
    repairs: int = 0
    _proposed: Proposal | None = field(default=None)

    def call(self, name: str, arguments: Arguments) -> Outcome:
        """Use a tool. What it refuses is an outcome; what ends the reply is an `AppError`."""
        tool = self._tools().get(name)
        if tool is None:
            return _refused(f"There is no tool {name[:60]!r}.")
        try:
            return tool(arguments)
        except Unrepaired:
            raise
        except Invalid as error:
            return _refused(str(error), error.fields)
        except AppError as error:
            if error.retryable:
                raise
            return _refused(str(error))

    def _tools(self) -> Mapping[str, Callable[[Arguments], Outcome]]:
        return {
            "look_up_indicators": self._look_up,
            "propose_strategy": self._propose,
            "check_code": self._check_code,
            "ask_user": self._ask,
            "propose_backtest": self._offer,
            "read_result": self._read,
            "compare_runs": self._compare,
            "explain_metric": self._explain,
        }

    def _look_up(self, arguments: Arguments) -> Outcome:
        return Outcome(data={"indicators": look_up(_text(arguments, "query"))})

    def _propose(self, arguments: Arguments) -> Outcome:
        given = arguments.get("spec")
        try:
            spec = read_spec(given if isinstance(given, Mapping) else _text(arguments, "spec"))
            self._refuse_new_code(spec)
        except Invalid as error:
            return self._to_repair(error)
        self.check(json.dumps(spec.model_dump(mode="json", exclude_none=True)))
        lines = tuple(self.check(line) for line in _lines(arguments.get("understood")))
        return self.show(propose(spec, self.code, lines))

    def show(self, proposal: Proposal) -> Outcome:
        """Show a proposal, with a short backtest of it as an offer where there are candles for one."""
        self._proposed = proposal
        data = {
            "shown": True,
            "in_words": proposal.sentence,
            "findings": list(proposal.findings),
            "note": "The user sees it and decides. It is not saved.",
        }
        try:
            offered = self.offers.make(Offer(timeframe=self._timeframe()))
        except Invalid:
            return Outcome(data=data, parts=(proposal,))
        return Outcome(data=data, parts=(proposal, offered))

    def _to_repair(self, error: Invalid) -> Outcome:
        problems = error.fields or (("spec", str(error)),)
        if self.repairs >= MAX_REPAIRS:
            raise Unrepaired(problems)
        self.repairs += 1
        left = MAX_REPAIRS - self.repairs
        data = {
            "shown": False,
            "problems": [{"path": path, "message": text} for path, text in problems[:_MAX_LINES]],
            "corrections_left_after_this": left,
        }
        return Outcome(data=data, is_refused=True)

    def _refuse_new_code(self, spec: StrategySpec) -> None:
        """Code comes from the user alone: a proposal keeps what is there and adds none."""
        known = set() if self.spec is None else set(_code_in(self.spec.model_dump()))
        new = [code for code in _code_in(spec.model_dump()) if code not in known]
        if new:
            raise Invalid(
                "A proposal may keep the code blocks of the current strategy, but not add one. Use blocks of the grammar.",
                fields=(("code", f"This is new code: {new[0][:80]!r}. Remove it."),),
            )

    def _timeframe(self) -> str | None:
        code = self.code if self._proposed is None else self._proposed.code
        return check_code(code).facts.timeframe

    def _check_code(self, _: Arguments) -> Outcome:
        code = self.code if self._proposed is None else self._proposed.code
        report = check_code(code)
        data = {"is_runnable": report.is_runnable, "findings": list(findings_of(report))}
        return Outcome(data=data)

    def _ask(self, arguments: Arguments) -> Outcome:
        choices = [
            Choice(
                label=self.check(_text(item, "label"))[:80],
                text=self.check(_text(item, "text"))[:_MAX_LINE],
            )
            for item in arguments.get("choices") or ()
            if isinstance(item, Mapping)
        ][:_MAX_CHOICES]
        text = self.check(_text(arguments, "question"))[:_MAX_LINE]
        return Outcome(
            data={"asked": True},
            parts=(Question(text=text, choices=tuple(choices)),),
            ends_turn=True,
        )

    def _offer(self, arguments: Arguments) -> Outcome:
        exchange, days = arguments.get("exchange"), arguments.get("days")
        offer = Offer(
            exchange=exchange if isinstance(exchange, str) and exchange else None,
            pairs=tuple(_lines(arguments.get("pairs"))),
            days=int(days) if isinstance(days, int | float) else None,
            timeframe=self._timeframe(),
        )
        offered = self.offers.make(offer)
        note = "The user has a button for it now. Nothing runs until they press it."
        return Outcome(data={"offered": offered.model_dump(), "note": note}, parts=(offered,))

    def _read(self, arguments: Arguments) -> Outcome:
        wanted = arguments.get("run_id")
        ids = [wanted] if isinstance(wanted, str) and wanted else self._newest(1)
        return self._shown(ids)

    def _compare(self, arguments: Arguments) -> Outcome:
        ids = _lines(arguments.get("run_ids"))[:_MAX_RUNS] or self._newest(2)
        if len(ids) < 2:  # noqa: PLR2004 - two are the least to compare
            raise Invalid("There are fewer than two backtests with a result to compare.")
        return self._shown(ids)

    def _shown(self, ids: Sequence[str]) -> Outcome:
        found = tuple(self.results.of_run(self.owner, run_id) for run_id in ids)
        return Outcome(data={"results": [_told(result) for result in found]}, parts=found)

    def _newest(self, count: int) -> Sequence[str]:
        ids = self.results.latest(self.owner, self.strategy_id, count)
        if not ids:
            raise NotFound("This strategy has no backtest with a result yet.")
        return ids

    def _explain(self, arguments: Arguments) -> Outcome:
        metric = find_metric(_text(arguments, "name"))
        if metric is None:
            known = ", ".join(item.title for item in METRICS.values())
            raise NotFound(f"There is no such figure. There are: {known}.")
        return Outcome(data={"title": metric.title, "meaning": metric.meaning})


def _told(result: Result) -> dict[str, Any]:
    return {
        "run_id": result.run_id,
        "run": result.title,
        "figures": {figure.title: figure.value for figure in result.figures},
        "certificate": result.certificate,
        "risk": result.risk,
    }


def _refused(message: str, fields: Sequence[tuple[str, str]] = ()) -> Outcome:
    problems = [{"path": path, "message": text} for path, text in fields[:_MAX_LINES]]
    return Outcome(data={"refused": message, "problems": problems}, is_refused=True)


def _text(arguments: Arguments, name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Invalid(f"Give {name} as text.", fields=((name, "Give a text."),))
    return value if len(value) <= _MAX_SPEC + 1 else value[: _MAX_SPEC + 1]


def _lines(value: object) -> list[str]:
    found = value if isinstance(value, list | tuple) else ()
    return [item[:_MAX_LINE] for item in found if isinstance(item, str) and item][:_MAX_LINES]


def _code_in(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(code := value.get("code"), str):
            yield code
        value = tuple(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _code_in(item)
