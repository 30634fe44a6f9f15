"""How many decimals prices have, and what steps a pair's prices move in, without a text for each price.

A price has `d` decimals when the integer next to `price * 10^d`, divided by `10^d`, is that very number: a division of
two integers that a float holds exactly is rounded once. Prices for which no such `d` is found (they carry noise behind
their 14th digit) are written out as Freqtrade does.
"""

import numpy as np
from numpy.typing import NDArray

_DIGITS = 14
_SOME = 100
_BLOCK = 16_384  # prices at a time: memory that is at hand


def decimals(prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each price's decimals, of its 14 significant digits; NaN where there is none."""
    ordinary = counts(prices)
    if ordinary is not None:
        return or_missing(ordinary)
    found = np.full(prices.shape, np.nan)
    open_ = np.flatnonzero(np.isfinite(prices))
    guess = _guess(prices[open_[:_SOME]])
    fits = _fits(prices[open_], guess)
    # What fits one more than it needs is itself a fit of one less: go down while it is.
    fitting, open_ = open_[fits], open_[~fits]
    for count in range(guess, 0, -1):
        found[fitting] = count
        fitting = fitting[_fits(prices[fitting], count - 1)]
    found[fitting] = np.nan
    for count in range(_DIGITS + 1):
        if not open_.size:
            return found
        fits = _fits(prices[open_], count)
        if count:
            found[open_[fits]] = count
        open_ = open_[~fits]
    values, places = np.unique(prices[open_], return_inverse=True)
    found[open_] = np.array([_written_decimals(value) for value in values])[places]
    return found


def counts(prices: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Return the decimals where no price has more than the first ones; None elsewhere."""
    guess = _guess(prices[:_SOME])
    found = np.full(prices.shape, guess, dtype=np.int64)
    whole, again = np.empty(_BLOCK), np.empty(_BLOCK)
    for begin in range(0, len(prices), _BLOCK):
        part = prices[begin : begin + _BLOCK]
        size = len(part)
        if not _is_whole(part, guess, whole[:size], again[:size]):
            return None
        places = np.arange(begin, begin + size)
        ending = whole[:size]
        for count in range(guess - 1, -1, -1):
            # One decimal less does where the integer ends in a zero: those of 14 digits are floats of their own.
            np.divide(ending, 10.0, out=ending)
            less = np.flatnonzero(np.rint(ending, out=again[: len(ending)]) == ending)
            ending, places = ending[less], places[less]
            found[places] = count
    return found


def or_missing(found: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return NaN where there are none."""
    return np.where(found > 0, found, np.nan)


def _is_whole(
    prices: NDArray[np.float64],
    count: int,
    whole: NDArray[np.float64],
    again: NDArray[np.float64],
) -> bool:
    """Whether all have at most this many decimals; in `whole` the integers that they make."""
    np.rint(np.multiply(prices, 10.0**count, out=whole), out=whole)
    np.divide(whole, 10.0**count, out=again)
    # What is missing is equal to nothing.
    most = max(np.max(whole), -np.min(whole))
    return bool((again == prices).all() and most < 10.0**_DIGITS)


def _fits(prices: NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    """Return which prices have at most this many decimals, within 14 digits."""
    whole = np.rint(prices * 10.0**count)
    fits: NDArray[np.bool_] = (whole / 10.0**count == prices) & (np.abs(whole) < 10.0**_DIGITS)
    return fits


def _guess(prices: NDArray[np.float64]) -> int:
    """Return how many decimals most of these have at most."""
    return next((count for count in range(_DIGITS + 1) if _fits(prices, count).all()), 0)


def _written_decimals(price: float) -> float:
    digits, _, exponent = f"{price:.{_DIGITS - 1}e}".partition("e")
    behind = len(digits.rstrip("0").partition(".")[2]) - int(exponent)
    return float(behind) if behind > 0 else np.nan
