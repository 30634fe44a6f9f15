"""Answers with Gemini on Vertex AI, through google-genai."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol

from google.genai import types

from candlewick.assistant.declarations import DECLARATIONS
from candlewick.assistant.gemini_errors import ModelFailed, told
from candlewick.assistant.guard import Guard
from candlewick.assistant.listening import heard
from candlewick.assistant.models import EngineKind, Role
from candlewick.assistant.parts import Delta, Part, Reply, ToolUsed, Trouble
from candlewick.assistant.ports import Turn
from candlewick.assistant.prompt import (
    INSTRUCTIONS,
    current_strategy,
    said,
    spec_of,
    system_text,
)
from candlewick.assistant.tools import MakeToolbox, Outcome, Toolbox

_MAX_ROUNDS = 8
_MAX_HISTORY = 20
_MAX_OUTPUT = 8_192
_LETTERS_PER_TOKEN = 4
_MAX_CALLS = 8  # in one round
_NOT_SAID = frozenset({types.FinishReason.SAFETY, types.FinishReason.PROHIBITED_CONTENT, types.FinishReason.BLOCKLIST, types.FinishReason.RECITATION, types.FinishReason.SPII})  # fmt: skip


class Models(Protocol):
    """The part of google-genai's client that is used."""

    def generate_content_stream(
        self, *, model: str, contents: Any, config: Any
    ) -> Iterator[types.GenerateContentResponse]: ...


@dataclass(slots=True)
class _Round:
    """What one call of the model brought."""

    parts: list[types.Part] = field(default_factory=list)
    calls: list[types.FunctionCall] = field(default_factory=list)
    tokens: int = 0
    finish: types.FinishReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GeminiEngine:
    """`connect` returns the client's `models`; called at each reply, so that it may be made late."""

    connect: Callable[[], Models]
    model: str
    toolbox: MakeToolbox
    seconds: float
    clock: Callable[[], float] = monotonic
    kind: EngineKind = EngineKind.GEMINI

    def reply(self, turn: Turn) -> Iterator[Reply]:
        guard = Guard(INSTRUCTIONS)
        spec = spec_of(turn.code)
        tools = self.toolbox(turn, spec, guard.check)
        yield from _Talk(engine=self, turn=turn, guard=guard, tools=tools).rounds(
            contents=_contents(turn, current_strategy(turn.code, spec))
        )


@dataclass(slots=True, kw_only=True)
class _Talk:
    """One reply: rounds of the model's text and calls, and the tools' answers."""

    engine: GeminiEngine
    turn: Turn
    guard: Guard
    tools: Toolbox
    until: float = 0

    def rounds(self, contents: list[types.Content]) -> Iterator[Reply]:
        self.until = self.engine.clock() + self.engine.seconds
        for _ in range(_MAX_ROUNDS):
            found = _Round()
            yield from self._listen(contents, found)
            if self.turn.stopped.is_set():
                return
            if not found.calls:
                yield from self._ended(found)
                return
            contents.append(types.Content(role="model", parts=found.parts))
            answers: list[types.Part] = []
            is_over = yield from self._work(found.calls, answers)
            if is_over:
                return
            contents.append(types.Content(role="user", parts=answers))
            if (reason := self._exhausted()) is not None:
                yield reason
                return
        yield _trouble("too_many_steps", "The model took too many steps. Ask for less at once.")

    def _listen(self, contents: list[types.Content], found: _Round) -> Iterator[Reply]:
        try:
            with told():
                yield from self._heard(contents, found)
            yield from self._flushed()
        finally:
            # The count comes with the last piece. What is broken off before it has cost all the same.
            was_heard = bool(found.parts)
            self.turn.meter.add(found.tokens or (_estimated(contents) if was_heard else 0))

    def _heard(self, contents: list[types.Content], found: _Round) -> Iterator[Reply]:
        for chunk in self._stream(contents):
            yield from self._take(chunk, found)
            if self.turn.stopped.is_set():
                return
            if self.engine.clock() > self.until:
                yield from self._flushed()
                raise ModelFailed("The reply took too long and was cut off. Try again.")

    def _stream(self, contents: list[types.Content]) -> Iterator[types.GenerateContentResponse]:
        left = max(1.0, self.until - self.engine.clock())
        chunks = self.engine.connect().generate_content_stream(
            model=self.engine.model, contents=contents, config=_config(left)
        )
        return heard(chunks, self.turn.stopped)

    def _take(self, chunk: types.GenerateContentResponse, found: _Round) -> Iterator[Delta]:
        usage = chunk.usage_metadata
        if usage is not None and usage.total_token_count:
            found.tokens = usage.total_token_count
        for candidate in (chunk.candidates or [])[:1]:
            found.finish = candidate.finish_reason or found.finish
            for part in (candidate.content.parts if candidate.content else None) or []:
                # Sent back as it came: the model's signatures of its thoughts are among it.
                found.parts.append(part)
                if part.function_call is not None:
                    found.calls.append(part.function_call)
                elif part.text and not part.thought and (passed := self.guard.feed(part.text)):
                    yield Delta(delta=passed)

    def _flushed(self) -> Iterator[Delta]:
        if rest := self.guard.rest():
            yield Delta(delta=rest)

    def _work(
        self, calls: list[types.FunctionCall], answers: list[types.Part]
    ) -> Generator[Part, None, bool]:
        """Use the tools; return whether the turn ends with it."""
        is_over = False
        for number, call in enumerate(calls):
            name = call.name or ""
            yield ToolUsed(name=name[:60], state="started")
            outcome = self._used(name, call, number)
            yield ToolUsed(name=name[:60], state="refused" if outcome.is_refused else "done")
            yield from outcome.parts
            is_over = is_over or outcome.ends_turn
            answers.append(
                types.Part(
                    function_response=types.FunctionResponse(
                        id=call.id, name=name, response={"data": outcome.data}
                    )
                )
            )
        return is_over

    def _used(self, name: str, call: types.FunctionCall, number: int) -> Outcome:
        if number >= _MAX_CALLS:
            return Outcome(data={"refused": "Too many calls at once."}, is_refused=True)
        return self.tools.call(name, call.args or {})

    def _exhausted(self) -> Trouble | None:
        if self.turn.meter.tokens >= self.turn.tokens_left:
            return _trouble(
                "quota_exceeded", "Today's tokens of the chat were used up by this reply."
            )
        if self.engine.clock() > self.until:
            return _trouble("too_slow", "The reply took too long and was cut off. Try again.")
        return None

    def _ended(self, found: _Round) -> Iterator[Reply]:
        if found.finish in _NOT_SAID:
            yield _trouble("reply_withheld", "Vertex AI withheld the rest of this reply.")
        elif found.finish is None:
            raise ModelFailed("The model's answer broke off. Your message is kept. Try again.")
        elif found.finish is types.FinishReason.MAX_TOKENS:
            yield _trouble("reply_too_long", "The reply grew too long and was cut off.")


def _config(left: float) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(
        system_instruction=system_text(),
        tools=[types.Tool(function_declarations=[_declared(item) for item in DECLARATIONS])],
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        max_output_tokens=_MAX_OUTPUT,
        temperature=0.2,
        # Of each wait, not of the whole: the loop looks at the clock between pieces.
        http_options=types.HttpOptions(timeout=int(left * 1_000)),
    )


def _estimated(contents: list[types.Content]) -> int:
    said = sum(len(part.text or "") for content in contents for part in content.parts or ())
    return (len(system_text()) + said) // _LETTERS_PER_TOKEN


def _declared(item: Any) -> types.FunctionDeclaration:
    return types.FunctionDeclaration(
        name=item.name, description=item.description, parameters_json_schema=item.schema
    )


def _contents(turn: Turn, strategy: str) -> list[types.Content]:
    """Return the conversation; what one side said in a row is one content."""
    spoken: list[tuple[str, str]] = []
    for message in turn.history[-_MAX_HISTORY:]:
        role = "user" if message.role is Role.USER else "model"
        if spoken and spoken[-1][0] == role:
            spoken[-1] = (role, f"{spoken[-1][1]}\n{said(message)}")
        elif spoken or role == "user":
            spoken.append((role, said(message)))
    contents = [types.Content(role=role, parts=[types.Part(text=text)]) for role, text in spoken]
    if contents and contents[-1].role == "user":
        contents.append(types.Content(role="model", parts=[types.Part(text="(no answer)")]))
    asked = [types.Part(text=strategy), types.Part(text=turn.text)]
    return [*contents, types.Content(role="user", parts=asked)]


def _trouble(code: str, message: str) -> Trouble:
    return Trouble(code=code, message=message, is_transient=code != "reply_withheld")
