"""Named places of the order path at which tests end or stop the process.

Nothing is armed in the product: `reach` then is a look-up in an empty dictionary.
"""

from collections.abc import Callable
from typing import Final

_armed: Final[dict[str, Callable[[], None]]] = {}


def reach(name: str) -> None:
    """Do what a test wants done here."""
    action = _armed.get(name)
    if action is not None:
        action()


def arm(name: str, action: Callable[[], None]) -> None:
    """Have `action` called whenever the place is reached."""
    _armed[name] = action


def disarm() -> None:
    _armed.clear()
