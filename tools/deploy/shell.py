"""Runs gcloud, terraform, npm and firebase; keeps their output in one log."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from candlewick.errors import AppError

_LINES_TOLD = 15


class DeployError(AppError):
    """A sentence says what is wrong and what to do."""

    code = "deploy_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Commands run in `root`; `env` comes on top of the caller's environment."""

    root: Path
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def run(self, *command: str) -> str:
        """Run a command; return what it printed. `DeployError` with its last lines when it fails."""
        done = self._run(command)
        if done.returncode == 0:
            return done.stdout.strip()
        end = "\n".join(f"    {line}" for line in done.stderr.splitlines()[-_LINES_TOLD:])
        raise DeployError(
            f"This failed: {' '.join(command)}\n{end}\nThe whole output is in {self.log}."
        )

    def succeeds(self, *command: str) -> bool:
        return self._run(command).returncode == 0

    def show(self, *command: str) -> None:
        """Run a command on the caller's own terminal; `DeployError` when it fails."""
        self._note(command)
        done = subprocess.run(  # noqa: S603 - our own commands
            command, cwd=self.root, env={**os.environ, **self.env}, check=False
        )
        if done.returncode != 0:
            raise DeployError(f"This failed: {' '.join(command)}")

    def _run(self, command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        self._note(command)
        try:
            done = subprocess.run(  # noqa: S603 - our own commands
                command,
                cwd=self.root,
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except OSError as error:
            raise DeployError(f"{command[0]} cannot be run: {error.strerror}.") from error
        with self.log.open("a") as file:
            file.write(f"{done.stdout}{done.stderr}\n")
        return done

    def _note(self, command: tuple[str, ...]) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as file:
            file.write(f"$ {' '.join(command)}\n")
