"""The whole of Candlewick on one machine: `python -m emulators.stack up`, or `start()` in a test."""

from emulators.stack.options import Options
from emulators.stack.problems import Crash, Problem
from emulators.stack.supervisor import Stack, start

__all__ = ["Crash", "Options", "Problem", "Stack", "start"]
