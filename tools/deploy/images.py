"""The container images of a deployment: Cloud Build makes them from the commit, once for each tree."""

import hashlib
from dataclasses import dataclass

from tools.deploy.release import head
from tools.deploy.shell import Shell
from tools.deploy.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One image; another content of `trees` is another image."""

    name: str
    dockerfile: str
    trees: tuple[str, ...]


BACKTEST = Image(
    name="backtest",
    dockerfile="jobs/backtest/Dockerfile",
    trees=("jobs/backtest", "src/candlewick"),
)
LIVE_BOT = Image(
    name="live-bot",
    dockerfile="services/live-bot/Dockerfile",
    trees=("services/live-bot", "jobs/backtest/image", "src/candlewick"),
)


MARKET_DATA = Image(
    name="market-data",
    dockerfile="jobs/market-data/Dockerfile",
    trees=("jobs/market-data", "jobs/backtest/image", "src/candlewick"),
)


def ensure(shell: Shell, target: Target, image: Image) -> str:
    """Return the image of this commit by digest; built and scanned when the registry has none yet."""
    name = target.image_name(image.name)
    tagged = f"{name}:{_tag(shell, image)}"
    describe = ("gcloud", "artifacts", "docker", "images", "describe", tagged)
    described = (*describe, "--project", target.project)
    if not shell.succeeds(*described):
        given = f"_IMAGE={tagged},_DOCKERFILE={image.dockerfile},_REVISION={head(shell)}"
        shell.run(
            *("gcloud", "builds", "submit", ".", "--project", target.project),
            *("--region", target.region, "--config", "cloudbuild.image.yaml"),
            f"--substitutions={given}",
        )
    digest = shell.run(*described, "--format=value(image_summary.digest)")
    return f"{name}@{digest}"


def _tag(shell: Shell, image: Image) -> str:
    trees = [shell.run("git", "rev-parse", f"HEAD:{path}") for path in image.trees]
    return hashlib.sha256("\n".join(trees).encode()).hexdigest()[:16]
