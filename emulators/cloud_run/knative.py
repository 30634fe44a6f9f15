"""Reads a job as `gcloud run jobs replace` takes it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from google.cloud import run_v2

_SYSTEM_DOMAINS = (
    "run.googleapis.com",
    "cloud.googleapis.com",
    "serving.knative.dev",
    "autoscaling.knative.dev",
)


class BadDescription(Exception):
    """The description cannot be used; the sentence names the place in it."""


def read_job(file: Path, location: str) -> run_v2.Job:
    """Read a job's description; a field that is not known is refused, not ignored."""
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadDescription(f"{file} cannot be read: {error}") from error
    try:
        return _job(_Fields(document, ""), location)
    except BadDescription as error:
        raise BadDescription(f"{file}: {error}") from error


class _Fields:
    """A mapping whose fields are taken one by one, so that what is left over shows."""

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise BadDescription(f"{path or 'the document'} must be a mapping.")
        self._rest = dict(value)
        self._path = path

    def take(self, name: str, default: Any = None) -> Any:
        return self._rest.pop(name, default)

    def number(self, name: str) -> int | None:
        value = self.take(name)
        try:
            return None if value is None else int(value)
        except (TypeError, ValueError) as error:
            raise BadDescription(f"{self._path}{name} must be a whole number.") from error

    def strings(self, name: str) -> list[str]:
        value = self.take(name, [])
        if not isinstance(value, list):
            raise BadDescription(f"{self._path}{name} must be a list.")
        return [str(item) for item in value]

    def labels(self, name: str) -> dict[str, str]:
        value = self.take(name) or {}
        if not isinstance(value, dict):
            raise BadDescription(f"{self._path}{name} must be a mapping.")
        # The API's second version has fields of its own for what these say, and refuses them as labels.
        return {
            str(key): str(text)
            for key, text in value.items()
            if not str(key).partition("/")[0].endswith(_SYSTEM_DOMAINS)
        }

    def below(self, name: str) -> "_Fields":
        return _Fields(self.take(name) or {}, f"{self._path}{name}.")

    def each(self, name: str) -> list["_Fields"]:
        value = self.take(name) or []
        if not isinstance(value, list):
            raise BadDescription(f"{self._path}{name} must be a list.")
        return [_Fields(item, f"{self._path}{name}[{index}].") for index, item in enumerate(value)]

    def end(self) -> None:
        if self._rest:
            names = ", ".join(f"{self._path}{name}" for name in self._rest)
            raise BadDescription(f"not understood: {names}.")


def _job(document: _Fields, location: str) -> run_v2.Job:
    if document.take("apiVersion") != "run.googleapis.com/v1" or document.take("kind") != "Job":
        raise BadDescription("it must have apiVersion run.googleapis.com/v1 and kind Job.")
    metadata, spec = document.below("metadata"), document.below("spec")
    name = metadata.take("name")
    if not isinstance(name, str):
        raise BadDescription("metadata.name is missing.")
    metadata.take("namespace")
    job = run_v2.Job(
        name=f"{location}/jobs/{name}",
        labels=metadata.labels("labels"),
        annotations=metadata.labels("annotations"),
        template=_execution_template(spec.below("template")),
    )
    for fields in (document, metadata, spec):
        fields.end()
    return job


def _execution_template(fields: _Fields) -> run_v2.ExecutionTemplate:
    metadata, spec = fields.below("metadata"), fields.below("spec")
    template = run_v2.ExecutionTemplate(
        labels=metadata.labels("labels"),
        annotations=metadata.labels("annotations"),
        parallelism=spec.number("parallelism"),
        task_count=spec.number("taskCount"),
        template=_task_template(spec.below("template")),
    )
    for part in (fields, metadata, spec):
        part.end()
    return template


def _task_template(fields: _Fields) -> run_v2.TaskTemplate:
    spec = fields.below("spec")
    timeout, retries = spec.number("timeoutSeconds"), spec.number("maxRetries")
    values: dict[str, Any] = {
        "containers": [_container(container) for container in spec.each("containers")],
        "service_account": spec.take("serviceAccountName"),
    }
    if timeout is not None:
        values["timeout"] = timedelta(seconds=timeout)
    if retries is not None:
        values["max_retries"] = retries
    for part in (fields, spec):
        part.end()
    return run_v2.TaskTemplate(values)


def _container(fields: _Fields) -> run_v2.Container:
    resources = fields.below("resources")
    container = run_v2.Container(
        name=fields.take("name"),
        image=fields.take("image"),
        command=fields.strings("command"),
        args=fields.strings("args"),
        working_dir=fields.take("workingDir"),
        env=[_variable(variable) for variable in fields.each("env")],
        resources=run_v2.ResourceRequirements(limits=resources.labels("limits")),
    )
    for part in (fields, resources):
        part.end()
    return container


def _variable(fields: _Fields) -> run_v2.EnvVar:
    variable = run_v2.EnvVar(name=fields.take("name"), value=str(fields.take("value", "")))
    fields.end()
    return variable
