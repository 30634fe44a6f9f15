"""What everything in the emulated region shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulators.cloud_run.container import Orphanage
from emulators.cloud_run.images import Image
from emulators.cloud_run.store import Store
from emulators.faults import Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How containers are run here.

    Attributes:
        grace: seconds from SIGTERM to SIGKILL.
        overlap: seconds that the instances of two revisions run beside each other once the new one is ready.
    """

    images: Mapping[str, Image]
    folder: Path
    grace: float
    overlap: float
    log_limit: int
    most_running: int


@dataclass(slots=True, kw_only=True)
class Region:
    """The means by which containers are run and remembered; `url` is where its HTTP side is."""

    settings: Settings
    store: Store
    faults: Faults
    orphanage: Orphanage
    url: str

    @property
    def log_url(self) -> str:
        return f"{self.url}/logs"
