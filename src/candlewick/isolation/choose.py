"""Picks the isolation driver that works on this machine."""

import logging
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from candlewick.isolation.bubblewrap import Bubblewrap
from candlewick.isolation.driver import Code, Driver, Isolation, NoIsolation, Room
from candlewick.isolation.unconfined import Unconfined
from candlewick.isolation.unshare import Unshare

log = logging.getLogger(__name__)

_BUBBLEWRAP: Final = (Bubblewrap(user_namespace=False), Bubblewrap(user_namespace=True))
_UNSHARE: Final = (Unshare(user_namespace=False), Unshare(user_namespace=True))
_CANDIDATES: Final[dict[Isolation, tuple[Driver, ...]]] = {
    Isolation.AUTO: (*_BUBBLEWRAP, *_UNSHARE),
    Isolation.BUBBLEWRAP: _BUBBLEWRAP,
    Isolation.UNSHARE: _UNSHARE,
    Isolation.NONE: (Unconfined(),),
}
_PROBE_TIMEOUT_S: Final = 20


def choose(isolation: Isolation) -> Driver:
    """Return the first driver that can start a process here; never `none` unless it was asked for.

    Raises:
        NoIsolation: none can.
    """
    for driver in candidates(isolation):
        if isolation is Isolation.NONE or works(driver):
            log.info("isolation chosen", extra={"driver": driver.name})
            return driver
    raise none_works(isolation)


def candidates(isolation: Isolation) -> tuple[Driver, ...]:
    """Return the drivers to try, the best first; never `none` unless it was asked for."""
    return _CANDIDATES[isolation]


def none_works(tried: str) -> NoIsolation:
    """Say that no driver can start a process here, and what to do."""
    return NoIsolation(
        f"No isolation works here (CANDLEWICK_ISOLATION={tried}). Install bubblewrap, or run where "
        "user namespaces are allowed."
    )


def works(driver: Driver) -> bool:
    """Start an interpreter that does nothing in the driver's sandbox."""
    with tempfile.TemporaryDirectory(prefix="candlewick-probe-") as folder:
        room = make_room(Path(folder), scratch_mib=1)
        placement = driver.placement(room)
        if placement is None:
            return False
        nothing = (sys.executable, "-I", "-S", "-c", "pass")
        try:
            probe = subprocess.run(  # noqa: S603 - our own command
                [*placement.command, *nothing],
                env={},
                user=placement.run_as,
                group=placement.run_as,
                extra_groups=None if placement.run_as is None else (),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PROBE_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    if probe.returncode != 0:
        reason = probe.stderr.decode(errors="replace")[-500:]
        log.info("isolation not available", extra={"driver": driver.name, "reason": reason})
    return probe.returncode == 0


def make_room(folder: Path, *, scratch_mib: int, code: Code = (), loopback: bool = False) -> Room:
    """Create the host's folders of one child; another user must be able to reach them."""
    folder.chmod(0o711)
    room = Room(
        inputs=folder / "input",
        scratch=folder / "scratch",
        root=folder / "root",
        scratch_mib=scratch_mib,
        code=code,
        loopback=loopback,
    )
    for made in (room.inputs, room.scratch, room.root):
        made.mkdir()
        made.chmod(0o755)
    return room
