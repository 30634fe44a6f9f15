"""Where a deployment goes: the project, and what its environment's file says."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2

from tools.deploy.shell import DeployError

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / "terraform" / "environments"
_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    project: str
    environment: str
    region: str
    registry: str  # location of the image repository
    domain: str
    live_bots: bool
    pulls: bool  # candles, every day

    @classmethod
    def of(cls, project: str, environment: str) -> "Target":
        """Read an environment's file; `DeployError` for a project or environment that cannot be.

        `TF_VAR_domain` comes before the file's `domain`, as it does for Terraform.
        """
        if not _PROJECT.fullmatch(project):
            raise DeployError(
                f"{project!r} is no project id: 6 to 30 lower-case letters, digits and hyphens. "
                "`gcloud projects list` shows yours."
            )
        file = ENVIRONMENTS / f"{environment}.tfvars"
        if not file.is_file():
            known = ", ".join(sorted(each.stem for each in ENVIRONMENTS.glob("*.tfvars")))
            raise DeployError(f"There is no environment {environment!r}; there are {known}.")
        values = read_variables(file)
        return cls(
            project=project,
            environment=environment,
            region=values["regions"][0],
            registry=values["registry_location"],
            domain=os.environ.get("TF_VAR_domain")  # noqa: SIM112 (Terraform's spelling)
            or values.get("domain", ""),
            live_bots=values.get("live_bots", False),
            pulls=values.get("universe") is not None,
        )

    @property
    def variables_file(self) -> Path:
        return ENVIRONMENTS / f"{self.environment}.tfvars"

    @property
    def state_bucket(self) -> str:
        return f"{self.project}-terraform-state"

    def image_name(self, name: str) -> str:
        return f"{self.registry}-docker.pkg.dev/{self.project}/candlewick/{name}"

    @property
    def url(self) -> str:
        return f"https://{self.domain}" if self.domain else f"https://{self.project}.web.app"


def read_variables(file: Path) -> dict[str, Any]:
    """Return the values of a `.tfvars` file."""
    with file.open() as text:
        return {name: _plain(value) for name, value in hcl2.load(text).items()}


def _plain(value: Any) -> Any:
    # python-hcl2 keeps the quotes of text.
    if isinstance(value, str):
        return value.removeprefix('"').removesuffix('"')
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
