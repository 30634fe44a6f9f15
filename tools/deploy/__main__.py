"""`python -m tools.deploy up PROJECT`: from a commit to a deployment that passes its smoke test.

`up` does everything and asks before it changes anything. Cloud Build takes it in two halves, `plan` and
`apply`, with somebody's approval in between. Every verb can be repeated.
"""

import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from candlewick.errors import AppError
from tools.deploy import release as releases
from tools.deploy.release import Release
from tools.deploy.shell import DeployError, Shell
from tools.deploy.steps import Deployment
from tools.deploy.target import ROOT, Target

_NO_IMAGE = f"none@sha256:{'0' * 64}"  # what Terraform is told when nothing was ever deployed


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one verb; exit code 1 with a sentence when it fails."""
    args = _parser().parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 110)
    folder = ROOT / ".candlewick" / "deploy" / args.project
    try:
        target = Target.of(args.project, args.environment)
        folder.mkdir(parents=True, exist_ok=True)
        shell = Shell(root=ROOT, log=folder / "deploy.log")
        args.verb(Deployment(target=target, shell=shell, folder=folder, console=console), args)
    except AppError as error:
        console.print(f"[red]{error}[/]", highlight=False)
        return 1
    except KeyboardInterrupt:
        console.print("Stopped. Start the same command again to go on.")
        return 130
    return 0


def up(deployment: Deployment, args: Namespace) -> None:
    """Plan, ask, apply, publish, test."""
    release = deployment.prepare()
    deployment.console.print(deployment.plan(release), highlight=False, markup=False)
    if not args.yes and not _agreed("Apply this plan? Type yes: ", "yes"):
        deployment.console.print("Nothing was changed.")
        return
    deployment.apply()
    _finish(deployment, release)


def image(deployment: Deployment, _args: Namespace) -> None:
    """Build and scan the images, unless this tree's are there."""
    for name in filter(None, deployment.build_images().values()):
        deployment.console.print(name)


def plan(deployment: Deployment, _args: Namespace) -> None:
    """Plan, and keep the plan for `apply`."""
    release = deployment.prepare()
    deployment.console.print(deployment.plan(release), highlight=False, markup=False)
    releases.keep_plan(deployment.shell, deployment.target, release, deployment.folder)


def apply(deployment: Deployment, args: Namespace) -> None:
    """Apply what `plan` kept; when the smoke test fails, go back to the release before."""
    shell, target = deployment.shell, deployment.target
    release = releases.kept_plan(shell, target, releases.head(shell), deployment.folder)
    deployment.step("Terraform's providers", deployment.init)
    deployment.apply()
    try:
        _finish(deployment, release)
    except DeployError as error:
        deployment.console.print(f"[red]{error}[/]", highlight=False)
        if releases.recorded(shell, target, "current") is None:
            raise
        _deploy_again(deployment, "current", args)
        raise DeployError("The release was taken back; the one before it serves again.") from error


def roll_back(deployment: Deployment, args: Namespace) -> None:
    """Deploy the release before the current one again."""
    _deploy_again(deployment, "previous", args)


def destroy(deployment: Deployment, args: Namespace) -> None:
    """Take everything away that Terraform made, data and backups included."""
    project = deployment.target.project
    question = (
        f"This deletes every account, strategy and result in {project}. Type the project's id: "
    )
    if not args.yes and not _agreed(question, project):
        deployment.console.print("Nothing was changed.")
        return
    found = releases.recorded(deployment.shell, deployment.target, "current")
    before = found or Release(commit="", image=_NO_IMAGE, bundle="")
    pulls = before.market_data_image or _NO_IMAGE
    # Made anew: the recorded one lies on the machine that deployed it.
    bundle = deployment.step("the functions' bundle", deployment.bundle)
    deployment.destroy(replace(before, commit="", bundle=bundle, market_data_image=pulls))
    deployment.console.print(
        f"Left: the state bucket gs://{deployment.target.state_bucket}, the key ring (Google deletes none), "
        f"the accounts of Firebase Auth. Deleting the project takes those too: gcloud projects delete {project}"
    )


def _finish(deployment: Deployment, release: Release) -> None:
    deployment.publish()
    deployment.test()
    releases.record(deployment.shell, deployment.target, release, deployment.folder)
    deployment.console.print(f"Commit {release.commit[:12]} is deployed: {deployment.target.url}")


def _deploy_again(deployment: Deployment, which: str, args: Namespace) -> None:
    """A way back is nothing special: the old commit's own tools deploy it, from a folder of its own."""
    found = releases.recorded(deployment.shell, deployment.target, which)
    if found is None:
        raise DeployError(f"No {which} release is recorded, so there is none to go back to.")
    deployment.console.print(f"Deploying commit {found.commit[:12]} again.")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "release"
        deployment.shell.run("git", "worktree", "add", "--detach", str(place), found.commit)
        try:
            again = Shell(root=place, log=deployment.shell.log, env={"PYTHONPATH": "src:."})
            verb = ("up", deployment.target.project, "--environment", args.environment, "--yes")
            again.show(sys.executable, "-m", "tools.deploy", *verb)
        finally:
            deployment.shell.run("git", "worktree", "remove", "--force", str(place))


def _agreed(question: str, answer: str) -> bool:
    try:
        return input(question).strip() == answer
    except EOFError:
        return False


_VERBS = {
    "up": up,
    "image": image,
    "plan": plan,
    "apply": apply,
    "roll-back": roll_back,
    "destroy": destroy,
}


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m tools.deploy", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for name, work in _VERBS.items():
        verb = verbs.add_parser(name, help=work.__doc__)
        verb.add_argument("project", help="id of the Google Cloud project")
        verb.add_argument("--environment", default="dev", help="a file of terraform/environments")
        verb.add_argument("--yes", action="store_true", help="do not ask")
        verb.set_defaults(verb=work)
    return parser


if __name__ == "__main__":
    sys.exit(main())
