"""Puts functions in the places of Freqtrade's, where it offers no other way in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def swapped(module: Any, name: str, ours: Any) -> Iterator[None]:
    """Put `ours` there, and Freqtrade's own back in the end."""
    own = getattr(module, name)
    setattr(module, name, ours)
    try:
        yield
    finally:
        setattr(module, name, own)
