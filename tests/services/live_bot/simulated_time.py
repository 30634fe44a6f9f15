"""An event loop whose time passes only when nobody has anything to do: hours take milliseconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Jumping(selectors.SelectSelector):
    loop: "SimulatedTime"

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout:
            self.loop.now += timeout
        return super().select(0)


class SimulatedTime(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.now = 1_000.0
        selector = _Jumping()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.now


def simulate(main: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=SimulatedTime) as runner:
        return runner.run(main)
