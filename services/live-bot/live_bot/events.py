"""The client of the bot-events function: lease, journal, state, commands."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import aiohttp

from candlewick.backtests.wire import Wire
from candlewick.bots.wire import (
    Acquire,
    Answer,
    Holder,
    Intent,
    Journal,
    Key,
    Lease,
    Outcome,
    Release,
    Renewal,
    Renewed,
    Stored,
)
from live_bot.errors import (
    EventsUnavailable,
    Fenced,
    HeldBack,
    KeyRefused,
    LeaseTaken,
    OrderUnknown,
)

_TIMEOUT: Final = aiohttp.ClientTimeout(total=8.0)
_STATE_TIMEOUT: Final = aiohttp.ClientTimeout(total=20.0)
_OK, _FENCED, _HELD_BACK = 200, 409, 423
_NO_CONTENT, _NOT_FOUND = 204, 404
_MOST_OF_A_REASON: Final = 300
_GENERATION: Final = "X-State-Generation"

Reply = TypeVar("Reply", bound=Wire)


@dataclass(frozen=True, slots=True)
class Kept:
    """A state as it is stored, and its generation."""

    content: bytes
    generation: int


class Events:
    """Speaks for one holder. Every call raises `Fenced` or `EventsUnavailable` where it fails."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        token: str,
        holder: str,
        *,
        on_fenced: Callable[[], None] = lambda: None,
    ) -> None:
        self._http = http
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self.holder = holder
        self.epoch = 0
        self._on_fenced = on_fenced

    def who(self) -> Holder:
        return Holder(holder=self.holder, epoch=self.epoch)

    async def acquire(self, revision: str) -> Lease:
        """Ask for the lease; `LeaseTaken` while another holder may still have it."""
        try:
            lease = await self._post(
                "acquire", Acquire(holder=self.holder, revision=revision), Lease
            )
        except Fenced as error:
            raise LeaseTaken(str(error)) from error
        self.epoch = lease.epoch
        return lease

    async def key(self) -> Key:
        """Fetch the exchange key; `KeyRefused` when there is none for this bot."""
        try:
            return await self._post("key", self.who(), Key)
        except HeldBack as error:
            raise KeyRefused(str(error)) from error

    async def journal(self) -> Journal:
        body, _ = await self._call("GET", "orders", params=self._asking())
        return Journal.model_validate_json(body)

    async def intend(self, intent: Intent) -> None:
        """Store an order before it is sent; `HeldBack` when it must not be."""
        await self._send("intents", intent)

    async def answer(self, answer: Answer) -> None:
        """Store what the exchange said of an order; `OrderUnknown` when the journal has no intent of it."""
        await self._send("answers", answer)

    async def renew(self, renewal: Renewal) -> Renewed:
        return await self._post("renew", renewal, Renewed)

    async def outcome(self, outcome: Outcome) -> None:
        await self._send("outcomes", outcome)

    async def release(self, reason: str) -> None:
        await self._send("release", Release(**dict(self.who()), reason=reason))

    async def state(self) -> Kept | None:
        """Fetch what was stored last; `None` when nothing was."""
        body, headers = await self._call(
            "GET", "state", params=self._asking(), within=_STATE_TIMEOUT, missing_is_fine=True
        )
        return Kept(body, int(headers.get(_GENERATION, "0"))) if body else None

    async def store_state(self, content: bytes, *, replaces: int) -> int:
        """Store the state in place of that generation; return its own. `Fenced` when it was another."""
        body, _ = await self._call(
            "PUT",
            "state",
            params={**self._asking(), "generation": str(replaces)},
            content=content,
            within=_STATE_TIMEOUT,
        )
        return Stored.model_validate_json(body).generation

    def _asking(self) -> dict[str, str]:
        return {"holder": self.holder, "epoch": str(self.epoch)}

    async def _send(self, path: str, message: Wire) -> None:
        await self._call("POST", path, content=message.model_dump_json(by_alias=True).encode())

    async def _post(self, path: str, message: Wire, reply: type[Reply]) -> Reply:
        body, _ = await self._call(
            "POST", path, content=message.model_dump_json(by_alias=True).encode()
        )
        try:
            return reply.model_validate_json(body)
        except ValueError as error:
            raise EventsUnavailable(f"{path} answered with something else.") from error

    async def _call(  # noqa: PLR0913 (one place knows how calls fail)
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        within: aiohttp.ClientTimeout = _TIMEOUT,
        missing_is_fine: bool = False,
    ) -> tuple[bytes, Mapping[str, str]]:
        kind = "application/zstd" if path == "state" else "application/json"
        try:
            async with self._http.request(
                method,
                f"{self._url}/{path}",
                data=content,
                params=params,
                headers={**self._headers, "Content-Type": kind},
                timeout=within,
                allow_redirects=False,
            ) as response:
                body = await response.read()
                status, answered = response.status, response.headers
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise EventsUnavailable(f"{path}: {type(error).__name__}") from error
        if status in {_OK, _NO_CONTENT}:
            return body, answered
        if status == _NOT_FOUND and missing_is_fine:
            return b"", answered
        failure = _failure(path, status, body)
        if isinstance(failure, Fenced) and path != "acquire":
            self._on_fenced()
        raise failure


def _failure(path: str, status: int, body: bytes) -> Exception:
    reason = _reason(body)
    if status == _FENCED:
        return Fenced(reason or "Another holder has taken over.")
    if status == _HELD_BACK:
        return HeldBack(reason or "Held back.")
    if status == _NOT_FOUND and path == "answers":
        return OrderUnknown(reason)
    return EventsUnavailable(f"{path}: {status} {reason}")


def _reason(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    detail = found.get("detail") or found.get("title") if isinstance(found, dict) else None
    return str(detail or "")[:_MOST_OF_A_REASON]
