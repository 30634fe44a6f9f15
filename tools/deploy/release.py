"""What is deployed: a commit, its image and its bundle; the record lies beside Terraform's state."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tools.deploy.shell import DeployError, Shell
from tools.deploy.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    commit: str
    image: str  # by digest, as the other
    bundle: str  # path of the functions' source archive, which holds its hash
    bot_image: str = ""  # none where there are no live bots
    market_data_image: str = ""  # none where no candles are pulled


def head(shell: Shell) -> str:
    """Return the commit that is checked out; `DeployError` when files differ from it."""
    if shell.run("git", "status", "--porcelain"):
        raise DeployError("Commit or stash your changes first: what is deployed must be a commit.")
    return shell.run("git", "rev-parse", "HEAD")


def keep_plan(shell: Shell, target: Target, release: Release, folder: Path) -> None:
    """Lay a plan down for somebody to approve, together with what it is a plan of."""
    (folder / "release.json").write_text(json.dumps(asdict(release)))
    files = (folder / "terraform.plan", folder / "release.json", Path(release.bundle))
    place = f"gs://{target.state_bucket}/plans/{release.commit}/"
    shell.run("gcloud", "storage", "cp", *map(str, files), place)


def kept_plan(shell: Shell, target: Target, commit: str, folder: Path) -> Release:
    """Fetch what `keep_plan` laid down; `DeployError` when this commit was never planned."""
    place = f"gs://{target.state_bucket}/plans/{commit}/*"
    shell.run("gcloud", "storage", "cp", place, str(folder))
    return Release(**json.loads((folder / "release.json").read_text()))


def record(shell: Shell, target: Target, release: Release, folder: Path) -> None:
    """Write a release down as the current one; the one before it stays as `previous`."""
    place = f"gs://{target.state_bucket}/releases"
    if shell.succeeds("gcloud", "storage", "objects", "describe", f"{place}/current.json"):
        shell.run("gcloud", "storage", "cp", f"{place}/current.json", f"{place}/previous.json")
    file = folder / "release.json"
    written = {**asdict(release), "deployedAt": datetime.now(UTC).isoformat()}
    file.write_text(json.dumps(written, indent=2) + "\n")
    shell.run("gcloud", "storage", "cp", str(file), f"{place}/current.json")


def recorded(shell: Shell, target: Target, which: str) -> Release | None:
    """Return the `current` or the `previous` release; None when there is none."""
    place = f"gs://{target.state_bucket}/releases/{which}.json"
    if not shell.succeeds("gcloud", "storage", "objects", "describe", place):
        return None
    found = json.loads(shell.run("gcloud", "storage", "cat", place))
    wanted = {name: found[name] for name in ("commit", "image", "bundle")}
    later = {name: found.get(name, "") for name in ("bot_image", "market_data_image")}
    return Release(**wanted, **later)
