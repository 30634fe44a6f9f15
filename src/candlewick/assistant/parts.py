"""What a reply is made of: sent as events while it comes, and stored with its message."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

Document = dict[str, JsonValue]


class Event(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, frozen=True
    )


class Delta(Event):
    """More of the reply's text."""

    kind: Literal["text"] = "text"
    delta: str


class ToolUsed(Event):
    """Which tool is at work; what it found comes in parts of its own."""

    kind: Literal["tool"] = "tool"
    name: str
    state: Literal["started", "done", "refused"]


class Changes(Event):
    added: int
    removed: int
    unified: str


class Proposal(Event):
    """A strategy that the user may take over. `code` is what counts; nothing is saved by it."""

    kind: Literal["proposal"] = "proposal"
    spec: Document | None  # in the event only: what is stored is code
    code: str
    diff: Changes
    sentence: str
    understood: tuple[str, ...]
    findings: tuple[str, ...] = ()


class Choice(Event):
    """`text` is what is sent when it is clicked."""

    label: str
    text: str


class Question(Event):
    kind: Literal["question"] = "question"
    text: str
    choices: tuple[Choice, ...]


class Backtest(Event):
    """A backtest that the user may start. Nothing runs by it."""

    kind: Literal["backtest"] = "backtest"
    exchange: str
    pairs: tuple[str, ...]
    start: str
    end: str
    is_simulated: bool


class Figure(Event):
    name: str
    title: str
    value: str


class Result(Event):
    """Figures of a verified run, with what they rest on and what they do not say."""

    kind: Literal["result"] = "result"
    run_id: str
    title: str
    figures: tuple[Figure, ...]
    certificate: str
    risk: str


class Trouble(Event):
    """Why the reply ends here; `is_transient` when the same message may work later."""

    kind: Literal["problem"] = "problem"
    code: str
    message: str
    is_transient: bool


Part = Annotated[
    ToolUsed | Proposal | Question | Backtest | Result | Trouble, Field(discriminator="kind")
]


class Parts(Event):
    """The parts of a stored message."""

    items: tuple[Part, ...] = ()


Reply = Delta | Part


def stored(part: Part) -> Part:
    """Return a part as it is kept: no spec is stored beside code."""
    return part.model_copy(update={"spec": None}) if isinstance(part, Proposal) else part
