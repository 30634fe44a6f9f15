"""Answers without a model: a documented grammar of phrases, through the same tools and screens.

The same phrase gives the same answer for ever, and every answer says what gave it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from candlewick.assistant.guard import cleaned
from candlewick.assistant.models import EngineKind
from candlewick.assistant.parts import Choice, Delta, Question, Reply, ToolUsed
from candlewick.assistant.ports import Turn
from candlewick.assistant.prompt import spec_of
from candlewick.assistant.proposals import propose
from candlewick.assistant.tools import MakeToolbox, Outcome, Toolbox
from candlewick.phrases.replies import Proposal, Refusal, ToolUse
from candlewick.phrases.replies import Question as Asked

NAME = "Offline parser"
_TOOLS = {
    "backtest": "propose_backtest",
    "explain_metric": "explain_metric",
    "look_up_indicator": "look_up_indicators",
    "read_result": "read_result",
    "compare_runs": "compare_runs",
}
_SAID = {
    "backtest": "Press the button to run it.",
    "read_result": "These are the verified figures.",
    "compare_runs": "These are the verified figures of both.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineEngine:
    toolbox: MakeToolbox
    kind: EngineKind = EngineKind.OFFLINE

    def reply(self, turn: Turn) -> Iterator[Reply]:
        # Its grammar is built at import, and every function would wait for it.
        from candlewick.phrases.understanding import understand  # noqa: PLC0415

        spec = spec_of(turn.code)
        tools = self.toolbox(turn, spec, cleaned)
        found = understand(turn.text, spec)
        if isinstance(found, Proposal):
            note = " It takes the place of your code, which has no blocks." if spec is None and turn.code.strip() else ""  # fmt: skip
            yield Delta(delta=f"{NAME}: this is how I read it.{note}")
            yield from _worked("propose_strategy", tools.show(propose(found.spec, turn.code, found.understood)))  # fmt: skip
        elif isinstance(found, Asked):
            yield Delta(delta=f"{NAME}: I have a question.")
            choices = tuple(Choice(label=item.label, text=item.text) for item in found.choices)
            yield Question(text=found.text, choices=choices)
        elif isinstance(found, Refusal):
            yield Delta(delta=f"{NAME}: {found.text}")
        else:
            yield from _used(tools, found)


def _used(tools: Toolbox, wanted: ToolUse) -> Iterator[Reply]:
    arguments: dict[str, Any] = dict(wanted.arguments)
    if wanted.name == "explain_metric":
        arguments["name"] = arguments.get("metric", "")
    elif wanted.name == "look_up_indicator":
        arguments["query"] = arguments.get("name", "")
    tool = _TOOLS[wanted.name]
    outcome = tools.call(tool, arguments)
    yield from _worked(tool, outcome)
    yield Delta(delta=f"{NAME}: {_told(wanted.name, outcome)}")


def _worked(tool: str, outcome: Outcome) -> Iterator[Reply]:
    yield ToolUsed(name=tool, state="started")
    yield ToolUsed(name=tool, state="refused" if outcome.is_refused else "done")
    yield from outcome.parts


def _told(name: str, outcome: Outcome) -> str:
    data = outcome.data
    if outcome.is_refused:
        return str(data["refused"])
    if name == "explain_metric":
        return f"{data['title']}. {data['meaning']}"
    if name == "look_up_indicator":
        return _indicator(data["indicators"])
    return _SAID[name]


def _indicator(found: list[Mapping[str, Any]]) -> str:
    if not found:
        return "I know no such indicator."
    first = found[0]
    settings = ", ".join(f"{item['name']} {item['default']}" for item in first["settings"])
    return f"{first['title']} (`{first['name']}`). {first['meaning']}" + (
        f" Settings: {settings}." if settings else ""
    )
