"""What a stack is made of and where it keeps its state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emulators.stack.ports import FUNCTIONS

ROOT = Path(__file__).parents[2]
PROJECT = "demo-candlewick"
REGION = "europe-west1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The stack's parts and folders.

    Attributes:
        state_dir: kept between runs; one stack at a time uses it.
        free_ports: take any ports instead of the usual ones.
        functions_source: the file with the functions' entry points.
        functions: the entry points that it has.
        functions_path: folders that the functions import from.
        functions_environment: set for the functions besides what the stack sets.
        only: these services and no others.
        scheduler_interval_s: how often the reconcile function is called.
        snapshot_interval_s: how often Firestore's content is written to disk.
        has_vertex: start the scripted Vertex AI, and let the chat ask it instead of the offline parser.
        containers: the runtime (crun, runsc) in which jobs run, from `make images`; otherwise they are processes.
        has_standby: have a process of the backtest job wait for the next run; containers have none.
    """

    state_dir: Path
    free_ports: bool = False
    functions_source: Path = ROOT / "functions" / "main.py"
    functions: tuple[str, ...] = FUNCTIONS
    functions_path: tuple[Path, ...] = (ROOT / "src", ROOT / "functions")
    functions_environment: Mapping[str, str] = field(default_factory=dict)
    only: frozenset[str] | None = None
    scheduler_interval_s: float = 10
    snapshot_interval_s: float = 30
    has_vertex: bool = False
    containers: str | None = None
    has_standby: bool = True

    @property
    def logs(self) -> Path:
        return self.state_dir / "logs"

    @property
    def identities(self) -> Path:
        return self.state_dir / "identities"

    def key_file(self, account: str) -> Path:
        return self.identities / f"{account}.json"

    def wants(self, service: str) -> bool:
        return self.only is None or service in self.only
