"""What every request handler works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulators.exchange.calls import Call
from emulators.exchange.clock import Clock
from emulators.exchange.engine import Exchange
from emulators.exchange.keys import Key, Keyring, Right
from emulators.exchange.library import Listing
from emulators.exchange.limits import FUTURES_WEIGHT, Limits
from emulators.exchange.perpetuals import Perpetual
from emulators.exchange.refusals import unknown_symbol


@dataclass(slots=True, kw_only=True)
class Desk:
    """The exchange with all that stands before it. `now` is the exchange's clock when the request was taken."""

    exchange: Exchange
    clock: Clock
    keyring: Keyring
    limits: Limits = field(default_factory=Limits)
    perpetuals: Mapping[str, Perpetual] = field(default_factory=dict)
    # Binance counts what is asked of its futures by itself.
    futures_limits: Limits = field(default_factory=lambda: Limits(weight=FUTURES_WEIGHT))
    in_maintenance: bool = False

    def advance(self) -> int:
        """Let everything happen up to now, and return it."""
        now = self.clock.now_ms()
        self.exchange.advance(now)
        return now

    def listing(self, call: Call) -> Listing:
        """Return the pair that a request names."""
        return self.exchange.listing(call.required("symbol"))

    def perpetual(self, call: Call) -> Perpetual:
        """Return the contract that a request names."""
        found = self.perpetuals.get(call.required("symbol"))
        if found is None:
            raise unknown_symbol()
        return found

    def limits_of(self, call: Call) -> Limits:
        return self.futures_limits if call.path.startswith("/fapi/") else self.limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """A route that anybody may call: `answer(desk, call, now)`."""

    answer: Callable[[Desk, Call, int], Any]
    weight: Callable[[Call], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A route that needs a key with a right: `answer(desk, call, key, now)`."""

    answer: Callable[[Desk, Call, Key, int], Any]
    weight: Callable[[Call], int]
    right: Right = Right.READ


Route = Public | Signed


def fixed(weight: int) -> Callable[[Call], int]:
    """Return a weight that is the same for every request."""
    return lambda _: weight
