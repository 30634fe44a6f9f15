"""Ends what a sandbox's own process leaves behind."""

import contextlib
import os
import signal


def end_session(leader: int) -> None:
    """Kill what is left of the session that a sandbox's process leads, or led until a moment ago.

    bubblewrap's first process inside waits for a word of its parent before it binds its life to it: when the
    parent is killed just then, it would wait for ever.
    """
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
