"""What everything in the emulated region shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from google.cloud import run_v2

from emulators.cloud_run.container import Orphanage, Spec
from emulators.cloud_run.images import Image, base_environment
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

    def spec(
        self,
        described: run_v2.Container,
        identity: Mapping[str, str],
        *,
        scratch: str,
        log: str,
    ) -> Spec:
        """Return what to run for a container of a job or a service.

        Args:
            described: by the job or the service, with the overrides.
            identity: the variables that Cloud Run itself sets.
            scratch: its folder, below that of all.
            log: its log, below the folder of all.
        """
        image = self.images[described.image]
        home = self.folder / "scratch" / scratch
        variables = {variable.name: variable.value for variable in described.env}
        return Spec(
            argv=image.argv(described.command, described.args, described.working_dir),
            env=base_environment(home) | dict(image.env) | variables | dict(identity),
            cwd=image.folder(described.working_dir),
            scratch=home,
            log=self.folder / "logs" / log,
            log_limit=self.log_limit,
            grace=self.grace,
        )


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
