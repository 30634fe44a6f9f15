"""Asks real Gemini what the corpus of phrases means, and reports how often it means what was meant.

It needs Google credentials (`gcloud auth application-default login`) and a project in which Vertex AI is switched on, and it
costs tokens: a few thousand for each phrase.
"""

import argparse
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from google.auth.exceptions import DefaultCredentialsError

from candlewick.accounts.models import UserId
from candlewick.assistant.backtests import BacktestOffers
from candlewick.assistant.gemini import GeminiEngine
from candlewick.assistant.parts import Proposal, Question, Reply
from candlewick.assistant.ports import Engine, Turn
from candlewick.assistant.results import RunResults
from candlewick.assistant.tools import Toolbox
from candlewick.backtests.models import BacktestRun
from candlewick.errors import AppError, NotFound
from candlewick.gcp import clients
from candlewick.pages import Page
from candlewick.specs.compiler import compile_spec
from candlewick.specs.models import StrategySpec
from candlewick.specs.reading_code import read_code
from candlewick.strategies.models import StrategyId
from tests.unit.phrases.corpus import conditions, unclear, whole
from tests.unit.specs.running import load, signals

_SEEDS = (3, 11)
_TOKENS = 200_000


class Wanted(StrEnum):
    STRATEGY = "a strategy"
    QUESTION = "a question"
    REFUSAL = "no strategy"


class Outcome(StrEnum):
    """What came of a phrase. The first is right where a strategy is wanted."""

    SAME = "same signals and risk"
    OTHER = "another strategy"
    ASKED = "a question"
    NOTHING = "neither"
    FAILED = "an error"


RIGHT = {
    Wanted.STRATEGY: {Outcome.SAME},
    Wanted.QUESTION: {Outcome.ASKED},
    Wanted.REFUSAL: {Outcome.NOTHING, Outcome.ASKED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    phrase: str
    wanted: Wanted
    before: StrategySpec | None = None
    expected: StrategySpec | None = None


def prompts() -> Iterator[Prompt]:
    """Yield the corpus, from which the offline parser is tested too."""
    for case in (*conditions.CASES, *whole.CASES):
        for phrase in case.phrases:
            yield Prompt(
                phrase=phrase, wanted=Wanted.STRATEGY, before=case.before, expected=case.expected
            )
    for phrase, before, _ in unclear.QUESTIONS:
        yield Prompt(phrase=phrase, wanted=Wanted.QUESTION, before=before)
    for phrase, before, _ in unclear.REFUSALS:
        yield Prompt(phrase=phrase, wanted=Wanted.REFUSAL, before=before)


def outcome(engine: Engine, prompt: Prompt, folder: Path) -> tuple[Outcome, int]:
    """Return what the engine makes of a prompt, and the tokens that it took."""
    code = "" if prompt.before is None else compile_spec(prompt.before)
    turn = Turn(
        owner=UserId("score"),
        strategy_id=StrategyId("score"),
        text=prompt.phrase,
        code=code,
        history=(),
        tokens_left=_TOKENS,
        stopped=threading.Event(),
    )
    try:
        found = _judged(list(engine.reply(turn)), prompt, folder)
    except AppError:
        found = Outcome.FAILED
    return found, turn.meter.tokens


def _judged(pieces: list[Reply], prompt: Prompt, folder: Path) -> Outcome:
    proposals = [piece for piece in pieces if isinstance(piece, Proposal)]
    if not proposals:
        is_asked = any(isinstance(piece, Question) for piece in pieces)
        return Outcome.ASKED if is_asked else Outcome.NOTHING
    made = read_code(proposals[-1].code)
    is_same = prompt.expected is not None and same(made, prompt.expected, folder)
    return Outcome.SAME if is_same else Outcome.OTHER


def same(made: StrategySpec, expected: StrategySpec, folder: Path) -> bool:
    """Whether two specs trade alike: the same timeframe and risk, and the same signals on random candles."""
    if made.timeframe != expected.timeframe or made.risk.stop_loss != expected.risk.stop_loss:
        return False
    if made.risk.targets != expected.risk.targets or made.risk.trailing != expected.risk.trailing:
        return False
    try:
        return all(
            _signals(made, seed, folder) == _signals(expected, seed, folder) for seed in _SEEDS
        )
    except Exception:  # noqa: BLE001 - whatever it is, code that does not run is not what was meant
        return False


def _signals(spec: StrategySpec, seed: int, folder: Path) -> object:
    strategy = load(compile_spec(spec), spec.name, folder)
    _, found = signals(strategy, seed)
    ways = [name for name in found.columns if not name.endswith("_tag")]
    return found[ways].to_numpy().tolist()


def score(
    engine: Engine, chosen: Iterable[Prompt], tell: Callable[[str], None]
) -> Counter[tuple[Wanted, Outcome]]:
    """Ask for each prompt; return how often what came of what was wanted."""
    counted: Counter[tuple[Wanted, Outcome]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for prompt in chosen:
            found, tokens = outcome(engine, prompt, Path(folder))
            counted[prompt.wanted, found] += 1
            mark = "ok " if found in RIGHT[prompt.wanted] else "NO "
            tell(f"{mark} {tokens:>6} {prompt.phrase[:90]!r}: wanted {prompt.wanted}, got {found}")
    return counted


def report(counted: Counter[tuple[Wanted, Outcome]]) -> Iterator[str]:
    for wanted in Wanted:
        total = sum(count for (way, _), count in counted.items() if way is wanted)
        right = sum(counted[wanted, found] for found in RIGHT[wanted])
        if total:
            yield f"{wanted}: {right} of {total} right ({right / total:.0%})"


class _NoRuns:
    def succeeded(self, _owner: UserId, _run_id: str) -> BacktestRun:
        raise NotFound("There is no such backtest.")

    def list(self, *_: object, **__: object) -> Page[BacktestRun]:
        return Page(items=[], next_cursor=None)


class _NoCandles:
    def exchanges(self) -> list[str]:
        return []

    def current(self, exchange: str) -> object:
        raise NotFound(f"There are no candles of {exchange}.")


def toolbox(turn: Turn, spec: StrategySpec | None, check: Callable[[str], str]) -> Toolbox:
    """Return the chat's tools for somebody who has neither runs nor candles."""
    return Toolbox(
        owner=turn.owner,
        strategy_id=turn.strategy_id,
        code=turn.code,
        spec=spec,
        results=RunResults(runs=_NoRuns(), files=None),  # type: ignore[arg-type]  # nothing is read
        offers=BacktestOffers(catalogue=_NoCandles()),  # type: ignore[arg-type]  # nothing is there
        check=check,
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("project", help="with Vertex AI switched on")
    options.add_argument("--model", default="gemini-3.5-flash")
    options.add_argument("--location", default="global")
    options.add_argument("--every", type=int, default=1, help="ask only every n-th phrase")
    given = options.parse_args()
    try:
        identity = clients.credentials()
    except DefaultCredentialsError:
        options.exit(2, "No Google credentials. Run `gcloud auth application-default login`.\n")
    client = clients.gemini_client(given.project, given.location, None, identity)
    engine = GeminiEngine(
        connect=lambda: client.models, model=given.model, toolbox=toolbox, seconds=60
    )
    for line in report(score(engine, list(prompts())[:: given.every], print)):
        print(line)  # noqa: T201 - a report


if __name__ == "__main__":
    main()
