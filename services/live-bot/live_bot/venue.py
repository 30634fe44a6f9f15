"""The exchange's REST interface (Binance spot), as the supervisor calls it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from candlewick.bots.wire import RECV_WINDOW_MS, Venue
from live_bot.clock import VenueClock, elapsed
from live_bot.errors import VenueRefused, VenueUnclear
from live_bot.signing import Signer

_TIMEOUT: Final = aiohttp.ClientTimeout(total=10.0, connect=5.0)
_MOST_BYTES: Final = 32 * 1024 * 1024
_ERRORS_FROM, _SERVER_ERRORS_FROM = 400, 500
# "Unexpected response from the message bus", "timeout waiting for the backend": unknown, says Binance.
_UNCLEAR_CODES: Final = frozenset({-1006, -1007})

Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as it came. `headers` are those that say how much more may be asked."""

    status: int
    body: bytes
    headers: dict[str, str]

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise VenueUnclear("The exchange's answer is no JSON.") from error

    def checked(self) -> "Reply":
        """Return itself; raise what an error status means."""
        if self.status < _ERRORS_FROM:
            return self
        try:
            found = json.loads(self.body)
            code, message = int(found["code"]), str(found["msg"])[:300]
        except (ValueError, KeyError, TypeError):
            code, message = 0, f"The exchange answered {self.status}."
        if self.status >= _SERVER_ERRORS_FROM or code in _UNCLEAR_CODES:
            raise VenueUnclear(message)
        raise VenueRefused(self.status, code, message)


class VenueClient:
    """Signed calls carry the exchange's own time, so that one which comes late is refused there."""

    def __init__(self, http: aiohttp.ClientSession, venue: Venue, signer: Signer | None) -> None:
        self.http = http
        self._url = venue.url.rstrip("/")
        self._signer = signer
        self._replays = venue.speed is not None
        self.clock = VenueClock(speed=venue.speed or 1.0)

    @property
    def replays(self) -> bool:
        """Whether the exchange's time is another than the present."""
        return self._replays

    async def sync_clock(self) -> int:
        """Ask the exchange for its time; return it in milliseconds."""
        asked_at = elapsed()
        told = (await self.public("/api/v3/time", {})).checked().json()
        self.clock.heard(float(told["serverTime"]), asked_at=asked_at)
        return self.clock.now_ms()

    async def stamp(self) -> int:
        """Return the time to sign with; a replaying exchange is asked, since its clock may be stepped."""
        if self._replays or self.clock.now_ms() == 0:
            return await self.sync_clock()
        return self.clock.now_ms()

    async def public(self, path: str, parameters: Parameters) -> Reply:
        """Pass a public call on.

        Raises:
            VenueUnclear: no answer came.
        """
        return await self._request("GET", path, parameters, {})

    async def signed(
        self, method: str, path: str, parameters: Parameters, *, stamp: int | None = None
    ) -> Reply:
        """Sign a call with the time `stamp` (ms) and send it; an error status is in the reply.

        Raises:
            VenueRefused: there is no key.
            VenueUnclear: no answer came.
        """
        if self._signer is None:
            raise VenueRefused(401, -2015, "This bot has no exchange key.")
        at = stamp if stamp is not None else await self.stamp()
        kept = {k: v for k, v in parameters.items() if k not in {"timestamp", "recvWindow"}}
        query = self._signer.signed(
            {**kept, "recvWindow": str(RECV_WINDOW_MS), "timestamp": str(at)}
        )
        return await self._request(method, f"{path}?{query}", {}, self._signer.headers)

    async def _request(
        self, method: str, path: str, parameters: Parameters, headers: Mapping[str, str]
    ) -> Reply:
        query = f"?{urlencode(parameters)}" if parameters else ""
        # As it is: a signature is over these very characters.
        url = URL(f"{self._url}{path}{query}", encoded=True)
        try:
            async with self.http.request(
                method, url, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ) as response:
                body = await response.content.read(_MOST_BYTES)
                while len(body) < _MOST_BYTES and (
                    more := await response.content.read(_MOST_BYTES)
                ):
                    body += more
                kept = {k: v for k, v in response.headers.items() if _is_limit(k)}
                return Reply(status=response.status, body=body, headers=kept)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise VenueUnclear(f"No answer of the exchange: {type(error).__name__}.") from error


def _is_limit(name: str) -> bool:
    return name.lower().startswith(("x-mbx-", "retry-after"))
