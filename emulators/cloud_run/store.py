"""The jobs, executions, tasks, services and revisions that outlive the emulator's process."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from google.cloud import run_v2

from emulators.hosting import CannotStart

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS jobs (name TEXT PRIMARY KEY, message BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS executions (
    name TEXT PRIMARY KEY, operation TEXT NOT NULL, message BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS tasks (
    execution TEXT NOT NULL, position INTEGER NOT NULL, message BLOB NOT NULL,
    PRIMARY KEY (execution, position)
);
CREATE TABLE IF NOT EXISTS services (name TEXT PRIMARY KEY, message BLOB NOT NULL, policy BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS revisions (
    name TEXT PRIMARY KEY, service TEXT NOT NULL, message BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS keepers (pid INTEGER PRIMARY KEY, started_at INTEGER NOT NULL);
"""


class Store:
    """Keeps protobuf messages in a sqlite file of the state folder."""

    def __init__(self, file: Path) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(file, isolation_level=None)
            self._database.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise CannotStart(f"{file} cannot be used as state ({error}); move it away") from error

    def close(self) -> None:
        self._database.close()

    def jobs(self) -> list[run_v2.Job]:
        rows = self._database.execute("SELECT message FROM jobs").fetchall()
        return [run_v2.Job.deserialize(message) for (message,) in rows]

    def save_job(self, job: run_v2.Job) -> None:
        values = (job.name, run_v2.Job.serialize(job))
        self._database.execute("INSERT OR REPLACE INTO jobs (name, message) VALUES (?, ?)", values)

    def delete_job(self, name: str) -> None:
        self._database.execute("DELETE FROM jobs WHERE name = ?", (name,))

    def executions(self) -> list[tuple[run_v2.Execution, str]]:
        """Return every execution with the name of the operation that started it."""
        rows = self._database.execute("SELECT message, operation FROM executions").fetchall()
        return [(run_v2.Execution.deserialize(message), operation) for message, operation in rows]

    def tasks(self, execution: str) -> list[run_v2.Task]:
        query = "SELECT message FROM tasks WHERE execution = ? ORDER BY position"
        rows = self._database.execute(query, (execution,)).fetchall()
        return [run_v2.Task.deserialize(message) for (message,) in rows]

    def save_execution(
        self, execution: run_v2.Execution, operation: str, tasks: Iterable[run_v2.Task]
    ) -> None:
        """Write an execution, and those of its tasks that changed."""
        name = execution.name
        rows = [(name, task.index, run_v2.Task.serialize(task)) for task in tasks]
        with self._database:
            self._database.execute("BEGIN")
            self._database.execute(
                "INSERT OR REPLACE INTO executions (name, operation, message) VALUES (?, ?, ?)",
                (name, operation, run_v2.Execution.serialize(execution)),
            )
            self._database.executemany(
                "INSERT OR REPLACE INTO tasks (execution, position, message) VALUES (?, ?, ?)", rows
            )

    def delete_execution(self, name: str) -> None:
        with self._database:
            self._database.execute("BEGIN")
            self._database.execute("DELETE FROM executions WHERE name = ?", (name,))
            self._database.execute("DELETE FROM tasks WHERE execution = ?", (name,))

    def services(self) -> list[tuple[run_v2.Service, bytes]]:
        """Return every service with its policy."""
        rows = self._database.execute("SELECT message, policy FROM services").fetchall()
        return [(run_v2.Service.deserialize(message), policy) for message, policy in rows]

    def save_service(self, service: run_v2.Service, policy: bytes) -> None:
        values = (service.name, run_v2.Service.serialize(service), policy)
        self._database.execute(
            "INSERT OR REPLACE INTO services (name, message, policy) VALUES (?, ?, ?)", values
        )

    def delete_service(self, name: str) -> None:
        with self._database:
            self._database.execute("BEGIN")
            self._database.execute("DELETE FROM services WHERE name = ?", (name,))
            self._database.execute("DELETE FROM revisions WHERE service = ?", (name,))

    def revisions(self, service: str) -> list[run_v2.Revision]:
        query = "SELECT message FROM revisions WHERE service = ?"
        rows = self._database.execute(query, (service,)).fetchall()
        return [run_v2.Revision.deserialize(message) for (message,) in rows]

    def save_revision(self, service: str, revision: run_v2.Revision) -> None:
        values = (revision.name, service, run_v2.Revision.serialize(revision))
        self._database.execute(
            "INSERT OR REPLACE INTO revisions (name, service, message) VALUES (?, ?, ?)", values
        )

    def delete_revision(self, name: str) -> None:
        self._database.execute("DELETE FROM revisions WHERE name = ?", (name,))

    def keepers(self) -> list[tuple[int, int]]:
        return self._database.execute("SELECT pid, started_at FROM keepers").fetchall()

    def add_keeper(self, pid: int, started_at: int) -> None:
        values = (pid, started_at)
        self._database.execute(
            "INSERT OR REPLACE INTO keepers (pid, started_at) VALUES (?, ?)", values
        )

    def remove_keeper(self, pid: int) -> None:
        self._database.execute("DELETE FROM keepers WHERE pid = ?", (pid,))
