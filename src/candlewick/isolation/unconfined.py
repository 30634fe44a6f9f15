"""No isolation: the child sees and may do all that the supervisor may. For debugging on one's own code."""

import logging
from pathlib import Path

from candlewick.isolation.driver import Placement, Room

log = logging.getLogger(__name__)


class Unconfined:
    """Chosen only by `CANDLEWICK_ISOLATION=none`."""

    name = "none"

    def placement(self, room: Room) -> Placement | None:
        log.warning("THE STRATEGY RUNS WITHOUT ISOLATION: it can read and change everything here")
        roots = dict.fromkeys(_root(path, name) for path, name in room.code)
        return Placement(
            command=(),
            source=":".join(map(str, roots)),
            input=str(room.inputs),
            scratch=str(room.scratch),
            confined=False,
        )


def _root(path: Path, name: str) -> Path:
    return path.parents[len(Path(name).parts) - 1]
