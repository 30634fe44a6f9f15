"""Rate limits, counted on the exchange's clock: request weight by address, orders by account, bans."""

from collections import defaultdict
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from emulators.exchange.refusals import Refusal

WEIGHT: Final = 6_000  # a minute and address, at the spot market
FUTURES_WEIGHT: Final = 2_400

_MINUTE_MS: Final = 60_000
_TEN_SECONDS_MS: Final = 10_000
_DAY_MS: Final = 86_400_000
# How many more requests after the first 429 a minute forgives, and how long the first ban lasts; each is twice as long.
_PATIENCE: Final = 10
_FIRST_BAN_MS: Final = 120_000
_LONGEST_BAN_MS: Final = 3 * _DAY_MS


@dataclass(slots=True)
class _Window:
    number: int = -1
    used: int = 0
    warned: int = 0


@dataclass(slots=True)
class Limits:
    """Counts, refuses with 429, and bans with 418 who goes on.

    Args:
        weight: per minute and address.
        orders: per ten seconds and account.
        orders_a_day: per day and account.
    """

    weight: int = WEIGHT
    orders: int = 100
    orders_a_day: int = 200_000
    _weights: dict[str, _Window] = field(default_factory=lambda: defaultdict(_Window))
    _orders: dict[tuple[str, int], _Window] = field(default_factory=lambda: defaultdict(_Window))
    _banned_until: dict[str, int] = field(default_factory=dict)
    _bans: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def spend(self, address: str, weight: int, now: int) -> dict[str, str]:
        """Count a request and return the headers that tell so; `Refusal` (429 or 418) beyond the limit."""
        until = self._banned_until.get(address, 0)
        if now < until:
            raise _banned(until, now)
        window = _current(self._weights[address], now, _MINUTE_MS)
        if window.used + weight > self.weight:
            window.warned += 1
            if window.warned > _PATIENCE:
                self.ban(address, now)
                raise _banned(self._banned_until[address], now)
            raise self._too_many(now)
        window.used += weight
        return {"X-MBX-USED-WEIGHT": str(window.used), "X-MBX-USED-WEIGHT-1M": str(window.used)}

    def ban(self, address: str, now: int, duration_ms: int | None = None) -> None:
        """Ban an address; repeated bans grow from two minutes to three days."""
        grown = min(_LONGEST_BAN_MS, _FIRST_BAN_MS * 2 ** self._bans[address])
        self._bans[address] += 1
        self._banned_until[address] = now + (grown if duration_ms is None else duration_ms)

    def forgive(self) -> None:
        """Lift all bans and forget what was counted."""
        for counts in (self._weights, self._orders, self._banned_until, self._bans):
            counts.clear()

    def count_order(self, account: str, now: int) -> dict[str, str]:
        """Count an accepted order and return the headers that tell so."""
        headers = {}
        for name, length in (("10S", _TEN_SECONDS_MS), ("1D", _DAY_MS)):
            window = _current(self._orders[account, length], now, length)
            window.used += 1
            headers[f"X-MBX-ORDER-COUNT-{name}"] = str(window.used)
        return headers

    def check_orders(self, account: str, now: int) -> None:
        """Raise -1015 when the account has sent as many orders as it may."""
        for length, allowed, words in (
            (_TEN_SECONDS_MS, self.orders, "10 SECOND"),
            (_DAY_MS, self.orders_a_day, "1 DAY"),
        ):
            window = _current(self._orders[account, length], now, length)
            if window.used >= allowed:
                raise Refusal(
                    -1015,
                    f"Too many new orders; current limit is {allowed} orders per {words}.",
                    HTTPStatus.TOO_MANY_REQUESTS,
                    {"Retry-After": str(_seconds_left(now, length))},
                )

    def describe(self) -> list[dict[str, object]]:
        """Return `rateLimits` as exchangeInfo has them."""
        return [
            _limit("REQUEST_WEIGHT", "MINUTE", 1, self.weight),
            _limit("ORDERS", "SECOND", 10, self.orders),
            _limit("ORDERS", "DAY", 1, self.orders_a_day),
        ]

    def _too_many(self, now: int) -> Refusal:
        return Refusal(
            -1003,
            f"Too much request weight used; current limit is {self.weight} request weight per 1 MINUTE. "
            "Please use WebSocket Streams for live updates to avoid polling the API.",
            HTTPStatus.TOO_MANY_REQUESTS,
            {"Retry-After": str(_seconds_left(now, _MINUTE_MS))},
        )


def _banned(until: int, now: int) -> Refusal:
    return Refusal(
        -1003,
        f"Way too much request weight used; IP banned until {until}. "
        "Please use WebSocket Streams for live updates to avoid bans.",
        418,
        {"Retry-After": str(-(-(until - now) // 1_000))},
    )


def _current(window: _Window, now: int, length: int) -> _Window:
    number = now // length
    if window.number != number:
        window.number, window.used, window.warned = number, 0, 0
    return window


def _seconds_left(now: int, length: int) -> int:
    return -(-(length - now % length) // 1_000)


def _limit(kind: str, interval: str, number: int, limit: int) -> dict[str, object]:
    return {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": limit}
