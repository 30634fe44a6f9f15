"""No isolation: the child sees and may do all that the supervisor may. For debugging on one's own code."""

import logging
from pathlib import Path

import backtest_job
import candlewick
from backtest_job.isolation.driver import Placement, Room

log = logging.getLogger(__name__)


class Unconfined:
    """Chosen only by `CANDLEWICK_ISOLATION=none`."""

    name = "none"

    def placement(self, room: Room) -> Placement | None:
        log.warning("THE STRATEGY RUNS WITHOUT ISOLATION: it can read and change everything here")
        roots = (Path(backtest_job.__file__).parents[1], Path(candlewick.__file__).parents[1])
        return Placement(
            command=(),
            source=":".join(map(str, roots)),
            input=str(room.inputs),
            scratch=str(room.scratch),
            confined=False,
        )
