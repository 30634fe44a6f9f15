"""Puts functions in the places of Freqtrade's, where it offers no other way in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Where what Freqtrade has there comes from, or what another swap has put there.
_KNOWN = frozenset(("candlewick", "copy", "freqtrade", "zipfile"))


@contextmanager
def swapped(module: Any, name: str, ours: Any) -> Iterator[None]:
    """Put `ours` there, and what was there back in the end. What a strategy has put there stays, as in Freqtrade."""
    own = getattr(module, name)
    if not is_known(own):
        yield
        return
    setattr(module, name, ours)
    try:
        yield
    finally:
        setattr(module, name, own)


def is_known(own: Any) -> bool:
    """Whether it is Freqtrade's or ours, not a strategy's."""
    return str(getattr(own, "__module__", "")).partition(".")[0] in _KNOWN
