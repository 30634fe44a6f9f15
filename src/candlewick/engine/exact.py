"""Freqtrade's sums of decimals without their text: the same integers, and each result rounded once.

Freqtrade writes a float out, takes the digits as an integer with a count of decimals, adds and multiplies integers, writes
the result out and reads a float from it. Dividing an integer by a power of ten rounds as reading its digits does.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from ccxt import ROUND, ROUND_DOWN, ROUND_UP, TICK_SIZE, Precise
from ccxt.base.precise import pow10
from freqtrade.enums import TradingMode
from freqtrade.exchange import exchange_utils
from freqtrade.optimize import backtesting
from freqtrade.persistence import LocalTrade, trade_model
from freqtrade.util import FtPrecise

from candlewick.engine.swaps import swapped

_MOST_KNOWN = 8_192
_DIVISION_DIGITS = 18
_MOST = 10**27  # a digit less than Freqtrade's decimals have: twice as much is exact, too

_open_value = LocalTrade._calc_open_trade_value  # noqa: SLF001 - called as they are, where ours cannot
_close_value = LocalTrade.calc_close_trade_value
_price_to_precision = exchange_utils.price_to_precision
_amount_to_contracts = exchange_utils.amount_to_contract_precision


@contextmanager
def quicker() -> Iterator[None]:
    """Let trades be computed with what is here."""
    with ExitStack() as swaps:
        for module in (trade_model, exchange_utils, backtesting):
            swaps.enter_context(swapped(module, "FtPrecise", Decimals))
        _price_to_precision(
            1.0, 0.5, TICK_SIZE
        )  # sets how this thread rounds, as the first order does
        for module in (trade_model, backtesting):
            swaps.enter_context(swapped(module, "price_to_precision", _remembered(price_on_ticks)))
            swaps.enter_context(
                swapped(module, "amount_to_contract_precision", _remembered(amount_on_ticks))
            )
        swaps.enter_context(swapped(LocalTrade, "_calc_open_trade_value", open_value))
        swaps.enter_context(swapped(LocalTrade, "calc_close_trade_value", close_value))
        yield


@lru_cache(maxsize=_MOST_KNOWN)
def _digits(number: float) -> tuple[int, int]:
    """Return the integer and the count of decimals of a float's text. An int that equals it has another text."""
    whole, point, part = str(number).partition(".")
    if point and "e" not in part:
        return int(whole + part), len(part)
    read = FtPrecise(number)
    return read.integer, read.decimals


class Decimals(FtPrecise):  # type: ignore[misc]  # ccxt's types are not followed
    """`FtPrecise` with the same integers and decimals after every step."""

    base = 10

    def __init__(self, number: Any, decimals: int | None = None) -> None:
        if type(number) is float and decimals is None:
            self.integer, self.decimals = _digits(number)
        elif isinstance(number, Precise):
            number.reduce()
            shift = pow10(max(-number.decimals, 0))
            self.integer, self.decimals = number.integer * shift, max(number.decimals, 0)
        else:
            super().__init__(number, decimals)

    def mul(self, other: Precise) -> "Decimals":
        return _made(self.integer * other.integer, self.decimals + other.decimals)

    def div(self, other: Precise, precision: int = _DIVISION_DIGITS) -> "Decimals":
        found = super().div(other, precision)
        return _made(found.integer, found.decimals)

    def add(self, other: Precise) -> "Decimals":
        ours, theirs = self.decimals, other.decimals
        if ours >= theirs:
            return _made(other.integer * pow10(ours - theirs) + self.integer, ours)
        return _made(self.integer * pow10(theirs - ours) + other.integer, theirs)

    def sub(self, other: Precise) -> "Decimals":
        ours, theirs = self.decimals, other.decimals
        if ours >= theirs:
            return _made(self.integer - other.integer * pow10(ours - theirs), ours)
        return _made(self.integer * pow10(theirs - ours) - other.integer, theirs)

    def __float__(self) -> float:
        integer, decimals = self.integer, self.decimals
        if integer <= 0:
            return float(super().__float__())
        while not integer % 10:
            integer //= 10
            decimals -= 1
        # As writing it out leaves it.
        self.integer, self.decimals = integer, decimals
        return _quotient(integer, decimals)


def open_value(trade: LocalTrade, amount: Any, open_rate: Any) -> float:
    """Return what `_calc_open_trade_value` returns."""
    fee = trade.fee_open
    if type(amount) is int and not amount:
        amount = 0.0  # of a trade that is not filled; its text does not matter
    if type(amount) is type(open_rate) is type(fee) is float:
        found = _with_fee(amount, open_rate, fee, adds=not trade.is_short)
        if found is not None:
            return found
    return float(_open_value(trade, amount, open_rate))


def close_value(trade: LocalTrade, rate: Any, amount: Any = None) -> float:
    """Return what `calc_close_trade_value` returns."""
    closed, fee = amount or trade.amount, trade.fee_close or 0.0
    mode = trade.trading_mode
    if type(rate) is type(closed) is type(fee) is float and mode in _MODES:
        found = _with_fee(closed, rate, fee, adds=trade.is_short)
        if found is not None and mode is TradingMode.FUTURES:
            funding = trade.funding_fees or 0.0
            return found - funding if trade.is_short else found + funding
        if found is not None:
            return found
    return float(_close_value(trade, rate, amount))


_MODES = (TradingMode.SPOT, TradingMode.FUTURES)


def product(one: float, other: float, most_decimals: int) -> float | None:
    """Return the product; None where the other has more decimals than these, or a text none to count."""
    try:
        (many, dm), (much, du) = _digits(one), _digits(other)
    except ValueError:
        return None
    return _quotient(many * much, dm + du) if dm >= 0 and 0 <= du <= most_decimals else None


def _with_fee(amount: float, rate: float, fee: float, *, adds: bool) -> float | None:
    """Return `amount * rate`, a share of it added or taken off; None where a text has no decimals to count."""
    try:
        (many, dm), (much, du), (share, ds) = _digits(amount), _digits(rate), _digits(fee)
    except ValueError:
        return None
    if dm < 0 or du < 0 or ds < 0:
        return None
    whole = pow10(ds)
    try:
        with_fee = many * much * (whole + share if adds else whole - share)
        return float(with_fee / pow10(dm + du + ds))
    except OverflowError:
        return None


def price_on_ticks(price: Any, tick: Any, mode: Any, *, rounding_mode: int = ROUND) -> Any:
    """Return what `price_to_precision` returns."""
    found = _among_ticks(price, tick, mode)
    if found is None or rounding_mode not in (ROUND, ROUND_UP, ROUND_DOWN):
        return _price_to_precision(price, tick, mode, rounding_mode=rounding_mode)
    if rounding_mode == ROUND:
        return found.rate(above=found.is_nearer_above)
    if not found.missing:
        return price
    return round(found.rate(above=rounding_mode == ROUND_UP), 14)


def amount_on_ticks(amount: Any, tick: Any, mode: Any, contract_size: Any) -> Any:
    """Return what `amount_to_contract_precision` returns."""
    is_of_one = not contract_size or contract_size == 1
    found = _among_ticks(amount, tick, mode) if is_of_one else None
    if found is None:
        return _amount_to_contracts(amount, tick, mode, contract_size)
    return found.rate()


class _AmongTicks(NamedTuple):
    """A number as a count of ticks and what it has beyond them, in the same unit as the tick."""

    ticks: int
    missing: int
    tick: int
    decimals: int

    @property
    def is_nearer_above(self) -> bool:
        return self.missing * 2 >= self.tick

    def rate(self, *, above: bool = False) -> float:
        return _quotient((self.ticks + above) * self.tick, self.decimals)


def _among_ticks(number: Any, tick: Any, mode: Any) -> _AmongTicks | None:
    """Return None for what is not counted in ticks, and for what Freqtrade's 28 digits may not hold."""
    # Ticks come from arrays; NumPy's float has the text of Python's.
    if mode != TICK_SIZE or type(number) is not float or not isinstance(tick, float):
        return None
    if not number > 0 < tick:
        return None
    try:
        (many, dm), (size, ds) = _digits(number), _digits(tick)
    except ValueError:
        return None
    if dm < 0 or ds < 0:
        return None
    decimals = max(dm, ds)
    many *= pow10(decimals - dm)
    size *= pow10(decimals - ds)
    ticks, missing = divmod(many, size)
    return _AmongTicks(ticks, missing, size, decimals) if ticks and many < _MOST else None


def _made(integer: int, decimals: int) -> Decimals:
    made = Decimals.__new__(Decimals)
    made.integer, made.decimals = integer, decimals
    return made


def _quotient(integer: int, decimals: int) -> float:
    try:
        return integer / pow10(decimals) if decimals >= 0 else float(integer * pow10(-decimals))
    except OverflowError:
        return float("inf")


def _remembered(own: Any) -> Any:
    """Return a function that gives what this pure one gives, and computes it once; Freqtrade asks for a stop five times."""
    known = lru_cache(maxsize=_MOST_KNOWN, typed=True)(own)

    def asked(value: Any, *args: Any, **kwargs: Any) -> Any:
        # A zero with a sign equals one without.
        return known(value, *args, **kwargs) if value else own(value, *args, **kwargs)

    return asked
