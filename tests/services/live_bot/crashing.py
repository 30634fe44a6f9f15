"""The bot's own entry point with one armed place: `point:occurrence:what`, in CRASH_AT.

What: a signal to this process, or `trader`, which ends the trader alone.
"""

import os
import runpy
import signal
import time

import psutil

from live_bot import points


def _end_trader() -> None:
    for child in psutil.Process().children():
        child.kill()


def arm(text: str) -> None:
    name, occurrence, what = text.split(":")
    left = int(occurrence)

    def crash() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            with open("crashed", "a") as marks:  # noqa: PTH123 (the shortest way to write it down)
                marks.write(f"{time.time():.3f} {text}\n")
            if what == "trader":
                _end_trader()
            else:
                os.kill(os.getpid(), getattr(signal, what))

    points.arm(name, crash)


if __name__ == "__main__":
    if os.environ.get("CRASH_AT"):
        arm(os.environ["CRASH_AT"])
    runpy.run_module("live_bot", run_name="__main__", alter_sys=True)
