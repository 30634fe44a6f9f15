"""The steps of a deployment, each safe to repeat; an interrupted deployment is simply started again."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from tools.deploy import hosting, images
from tools.deploy.release import Release, head
from tools.deploy.shell import DeployError, Shell
from tools.deploy.target import Target

_TERRAFORM = ("terraform", "-chdir=terraform")
_NEEDED = {
    "gcloud": "Install the Google Cloud CLI: https://cloud.google.com/sdk/docs/install.",
    "terraform": "Install Terraform 1.11 or later: https://developer.hashicorp.com/terraform/install.",
    "npm": "Install Node 20 or later with npm.",
}

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One project, one commit; `folder` keeps the plan, the bundle and the log."""

    target: Target
    shell: Shell
    folder: Path
    console: Console

    def step(self, title: str, work: Callable[[], Found]) -> Found:
        """Carry out one step under its title."""
        with self.console.status(title):
            found = work()
        self.console.print(f"[green]ok[/] {title}")
        return found

    def prepare(self) -> Release:
        """Check the tools and the project, make what Terraform needs, and build what it deploys."""
        self.step("tools, sign-in and billing", self._check)
        commit = self.step("the commit", lambda: head(self.shell))
        self.step("interfaces, state bucket, image repository", self._bootstrap)
        built = self.build_images()
        bundle = self.step("the functions' bundle", self.bundle)
        return Release(commit=commit, bundle=bundle, **built)

    def plan(self, release: Release) -> str:
        """Let Terraform plan; return its summary."""
        self.step("Terraform's providers", self.init)
        self.step(
            "Terraform's plan",
            lambda: self._terraform("plan", f"-out={self.plan_file}", *self._variables(release)),
        )
        return self._terraform("show", "-no-color", str(self.plan_file))

    def apply(self) -> None:
        """Carry out the plan that was made."""
        self.console.print("Applying the plan; the first time takes about ten minutes.")
        self.shell.show(*_TERRAFORM, "apply", "-input=false", str(self.plan_file))

    def publish(self) -> None:
        """Put the web app on Firebase Hosting, and the simulated market into an empty store."""
        self.step("the web app's build", self._build_web)
        self.step("Firebase Hosting", self._publish_web)
        self.step("the simulated market", self._fill_store)

    def test(self) -> None:
        """Run the smoke test; `DeployError` when the deployment does not pass."""
        self.shell.show("make", "smoke", f"URL={self.target.url}")

    def init(self) -> None:
        backend = f"-backend-config=bucket={self.target.state_bucket}"
        self._terraform("init", "-input=false", "-reconfigure", backend)

    def destroy(self, release: Release) -> None:
        """Take the protection off, then take everything away."""
        variables = (*self._variables(release), "-var=protect_data=false")
        # One that was interrupted may have deleted the repository, which Terraform wants to import.
        self.step("what Terraform begins with", self._bootstrap)
        self.step("Terraform's providers", self.init)
        self.console.print("Taking the protection off.")
        self.shell.show(*_TERRAFORM, "apply", "-input=false", "-auto-approve", *variables)
        self.shell.show(*_TERRAFORM, "destroy", "-input=false", "-auto-approve", *variables)

    @property
    def plan_file(self) -> Path:
        return self.folder / "terraform.plan"

    def _check(self) -> None:
        for tool, advice in _NEEDED.items():
            if shutil.which(tool) is None:
                raise DeployError(f"{tool} is not installed. {advice}")
        active = ("gcloud", "auth", "list", "--filter=status:ACTIVE", "--format=value(account)")
        if not self.shell.run(*active):
            raise DeployError("You are not signed in. Run `gcloud auth login`, then try again.")
        if not self.shell.succeeds("gcloud", "auth", "application-default", "print-access-token"):
            raise DeployError(
                "Terraform and firebase have no credentials. Run `gcloud auth application-default login`."
            )
        project = self.target.project
        if not self.shell.succeeds("gcloud", "projects", "describe", project):
            raise DeployError(f"There is no project {project}, or your account may not see it.")
        billing = ("gcloud", "billing", "projects", "describe", project)
        if self.shell.run(*billing, "--format=value(billingEnabled)") != "True":
            raise DeployError(
                f"{project} has no billing account. Link one: "
                f"https://console.cloud.google.com/billing/linkedaccount?project={project}"
            )

    def _bootstrap(self) -> None:
        target = self.target
        self.shell.run("terraform/bootstrap.sh", target.project, target.region, target.registry)

    def build_images(self) -> dict[str, str]:
        """Return the images by digest, under the release's names; empty where an environment needs none."""
        target = self.target
        return {
            "image": self._image("the job's image", images.BACKTEST),
            "bot_image": self._image("the bots' image", images.LIVE_BOT)
            if target.live_bots
            else "",
            "market_data_image": self._image("the market-data job's image", images.MARKET_DATA)
            if target.pulls
            else "",
        }

    def _image(self, title: str, image: images.Image) -> str:
        return self.step(title, lambda: images.ensure(self.shell, self.target, image))

    def bundle(self) -> str:
        """Write the functions' source archive of this checkout; return its path."""
        return self.shell.run(sys.executable, "-m", "tools.bundle", "--target", str(self.folder))

    def _variables(self, release: Release) -> tuple[str, ...]:
        return (
            f"-var-file={self.target.variables_file}",
            f"-var=project={self.target.project}",
            f"-var=engine_image={release.image}",
            f"-var=bot_image={release.bot_image}",
            f"-var=market_data_image={release.market_data_image}",
            f"-var=function_bundle={release.bundle}",
        )

    def _terraform(self, verb: str, *arguments: str) -> str:
        return self.shell.run(*_TERRAFORM, verb, *arguments)

    def _build_web(self) -> None:
        # Is done already, but in the folder of a release that is deployed again.
        self.shell.run("make", "setup")

    def _publish_web(self) -> None:
        file = self.folder / "firebase.json"
        file.write_text(json.dumps(hosting.configuration(self.target), indent=2))
        place = ("--project", self.target.project, "--config", str(file), "--non-interactive")
        self.shell.run("npx", "--no-install", "firebase", "deploy", "--only", "hosting", *place)

    def _fill_store(self) -> None:
        outputs = json.loads(self._terraform("output", "-json"))
        bucket = outputs["buckets"]["value"]["candles"]
        market = f"gs://{bucket}/simulated/current.json"
        if self.shell.succeeds("gcloud", "storage", "objects", "describe", market):
            return
        store = Shell(
            root=self.shell.root,
            log=self.shell.log,
            env={"GOOGLE_CLOUD_PROJECT": self.target.project, "CANDLEWICK_CANDLES_BUCKET": bucket},
        )
        store.run(sys.executable, "-m", "candlewick.cli.main", "data", "simulate")
