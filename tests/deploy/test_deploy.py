"""A deployment goes its steps in order, asks first, and ends every failure with a sentence."""

import json
from pathlib import Path

import pytest

from tests.deploy.conftest import COMMIT, World

ORDER = (
    ("gcloud", "services", "enable"),
    ("gcloud", "buckets", "describe"),
    ("gcloud", "image_summary.digest"),
    ("terraform", "init"),
    ("terraform", "-out="),
    ("terraform", "apply"),
    ("make", "setup"),
    ("npx", "firebase", "deploy"),
    ("make", "smoke"),
    ("gcloud", "storage", "cp", "current.json"),
)


def test_a_deployment_goes_all_its_steps_in_order(world: World) -> None:
    done = world.deploy("up", "--yes")

    calls = world.calls()
    places = [calls.index(world.called(*words)[0]) for words in ORDER]
    assert done.returncode == 0, done.stdout + done.stderr
    assert places == sorted(places)
    assert f"Commit {COMMIT[:12]} is deployed" in done.stdout


def test_terraform_gets_the_image_by_digest_and_the_bundle_that_was_made(world: World) -> None:
    world.deploy("up", "--yes")

    (plan,) = world.called("terraform", "-out=")
    bundle = next(part.partition("=")[2] for part in plan if "function_bundle" in part)
    assert any(part.endswith("/backtest@sha256:" + "a" * 64) for part in plan)
    assert f"-var=project={world.project}" in plan
    assert bundle.endswith(".zip")


def test_an_image_that_is_there_is_not_built_again(world: World) -> None:
    world.deploy("image")
    assert not world.called("gcloud", "builds", "submit")

    world.answers = [(["images", "describe", "--project"], "", 1)]
    world.deploy("image")
    assert len(world.called("gcloud", "builds", "submit")) == 1


def test_bots_have_an_image_where_they_may_run(world: World) -> None:
    world.deploy("up", "--yes")
    assert "-var=bot_image=" in world.called("terraform", "-out=")[0]

    world.answers = [(["images", "describe", "live-bot", "--project"], "", 1)]
    done = world.deploy("up", "--yes", "--environment", "prod")

    (build,) = world.called("gcloud", "builds", "submit")
    assert done.returncode == 1  # it says nothing of its digest either
    assert any("_DOCKERFILE=services/live-bot/Dockerfile" in part for part in build)

    world.answers = []
    world.deploy("up", "--yes", "--environment", "prod")
    (*_, plan) = world.called("terraform", "-out=")
    assert any(part.endswith("/live-bot@sha256:" + "a" * 64) for part in plan)


def test_the_market_data_job_has_an_image_where_candles_are_pulled(world: World) -> None:
    world.deploy("up", "--yes")
    assert "-var=market_data_image=" in world.called("terraform", "-out=")[0]

    world.answers = [(["images", "describe", "market-data", "--project"], "", 1)]
    world.deploy("up", "--yes", "--environment", "prod")
    (build,) = world.called("gcloud", "builds", "submit")
    assert any("_DOCKERFILE=jobs/market-data/Dockerfile" in part for part in build)

    world.answers = []
    world.deploy("up", "--yes", "--environment", "prod")
    (*_, plan) = world.called("terraform", "-out=")
    assert any(part.endswith("/market-data@sha256:" + "a" * 64) for part in plan)


def test_nothing_is_changed_without_a_yes(world: World) -> None:
    done = world.deploy("up", typed="maybe\n")

    assert "Plan: 3 to add" in done.stdout
    assert "Nothing was changed." in done.stdout
    assert not world.called("terraform", "apply")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((["gcloud", "auth", "list"], "", 0), "Run `gcloud auth login`"),
        ((["print-access-token"], "", 1), "Run `gcloud auth application-default login`"),
        ((["projects", "describe"], "", 1), "your account may not see it"),
        ((["billingEnabled"], "False", 0), "has no billing account"),
        ((["git", "status"], " M Makefile", 0), "Commit or stash your changes first"),
        ((["terraform", "plan"], "no quota", 1), "This failed: terraform"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_changed(
    world: World, answer: tuple[list[str], str, int], sentence: str
) -> None:
    world.answers = [answer]

    done = world.deploy("up", "--yes")

    said = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert sentence in said
    assert "Traceback" not in done.stdout + done.stderr
    assert not world.called("terraform", "apply")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(("--environment", "moon"), "There is no environment 'moon'"), ((), "is no project id")],
)
def test_a_target_that_cannot_be_is_refused(
    world: World, arguments: tuple[str, ...], sentence: str
) -> None:
    if not arguments:
        world.project = "No Project"

    done = world.deploy("up", "--yes", *arguments)

    assert done.returncode == 1
    assert sentence in " ".join(done.stdout.split())
    assert not world.calls()


def test_a_failed_smoke_test_deploys_the_release_before_again(world: World) -> None:
    before = json.dumps({"commit": "b" * 40, "image": "i", "bundle": "z"})
    planned = {"commit": COMMIT, "image": "i", "bundle": "z"}
    world.kept().mkdir(parents=True)
    (world.kept() / "release.json").write_text(json.dumps(planned))
    world.answers = [(["make", "smoke"], "", 1), (["gcloud", "storage", "cat"], before, 0)]

    done = world.deploy("apply")

    assert done.returncode == 1
    assert world.called("git", "worktree", "add", "b" * 40)
    assert world.called("git", "worktree", "remove")
    assert not world.called("gcloud", "cp", "releases/current.json")


def test_destroying_wants_the_projects_name(world: World) -> None:
    refused = world.deploy("destroy", typed="yes\n")
    assert not world.called("terraform", "destroy")

    world.answers = [(["releases/current.json", "describe"], "", 1)]
    done = world.deploy("destroy", typed=f"{world.project}\n")
    assert "Nothing was changed." in refused.stdout
    assert done.returncode == 0
    assert world.called("terraform", "destroy", "-var=protect_data=false")


def test_destroying_needs_nothing_of_the_machine_that_deployed(world: World) -> None:
    recorded = {"commit": "b" * 40, "image": f"i@sha256:{'c' * 64}", "bundle": "/elsewhere/z.zip"}
    world.answers = [(["gcloud", "storage", "cat"], json.dumps(recorded), 0)]

    done = world.deploy("destroy", "--yes")

    (call,) = world.called("terraform", "destroy", "-auto-approve")
    (bundle,) = (part for part in call if part.startswith("-var=function_bundle="))
    assert done.returncode == 0, done.stdout
    assert f"-var=engine_image={recorded['image']}" in call
    assert "-var=bot_image=" in call
    assert Path(bundle.rpartition("=")[2]).is_file()


def test_what_hosting_gets_names_services_of_the_region(world: World) -> None:
    world.deploy("up", "--yes")

    hosting = json.loads((world.kept() / "firebase.json").read_text())["hosting"]
    services = {rule["run"]["serviceId"] for rule in hosting["rewrites"] if "run" in rule}
    regions = {rule["run"]["region"] for rule in hosting["rewrites"] if "run" in rule}
    assert services == {
        *("auth", "strategies", "backtests", "market-data", "bots", "credentials", "assistant"),
        "marketplace",
    }
    assert regions == {"europe-west1"}
    assert not [rule for rule in hosting["rewrites"] if "function" in rule]
