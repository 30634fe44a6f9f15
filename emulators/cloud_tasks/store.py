"""What the emulator remembers: queues, tasks, and the names of tasks and queues that are gone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from google.cloud import tasks_v2

from emulators.cloud_tasks.names import parent
from emulators.hosting import CannotStart
from emulators.times import moment

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, message BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    queue TEXT NOT NULL,
    due REAL NOT NULL,
    message BLOB NOT NULL,
    is_named INTEGER NOT NULL,
    attempts_running INTEGER NOT NULL DEFAULT 0,
    executions INTEGER NOT NULL DEFAULT 0,
    previous_response INTEGER,
    retry_reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS waiting ON tasks (queue, due) WHERE attempts_running = 0;
CREATE TABLE IF NOT EXISTS tombstones (name TEXT PRIMARY KEY, until REAL NOT NULL);
-- Whoever was delivering when the last process ended is gone, so these wait again.
UPDATE tasks SET attempts_running = 0;
"""
_COLUMNS = "id, message, is_named, attempts_running, executions, previous_response, retry_reason"


@dataclass(slots=True, kw_only=True)
class StoredTask:
    """A task and what the API does not show of it.

    Attributes:
        id: tells a task from a later one of the same name; 0 before it is stored.
        executions: responses so far, other than 5xx.
    """

    task: tasks_v2.Task
    id: int = 0
    is_named: bool = False
    attempts_running: int = 0
    executions: int = 0
    previous_response: int | None = None
    retry_reason: str = ""


class Store:
    """Keeps everything in one sqlite file, or in memory.

    Every change is on disk when its method returns, so that a killed emulator forgets nothing.
    """

    def __init__(self, file: Path | None) -> None:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._database = sqlite3.connect(file or ":memory:", isolation_level=None)
            self._database.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise CannotStart(f"{file} cannot be used as state ({error}); move it away") from error

    def close(self) -> None:
        self._database.close()

    def queue(self, name: str) -> tasks_v2.Queue | None:
        row = self._row("SELECT message FROM queues WHERE name = ?", name)
        return None if row is None else tasks_v2.Queue.deserialize(row[0])

    def queues(self) -> list[tasks_v2.Queue]:
        rows = self._rows("SELECT message FROM queues ORDER BY name")
        return [tasks_v2.Queue.deserialize(message) for (message,) in rows]

    def save_queue(self, queue: tasks_v2.Queue) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO queues (name, message) VALUES (?, ?)",
            (queue.name, tasks_v2.Queue.serialize(queue)),
        )
        self._database.execute("DELETE FROM tombstones WHERE name = ?", (queue.name,))

    def delete_queue(self, name: str, buried_until: datetime, tasks_buried_until: datetime) -> None:
        self.purge(name, tasks_buried_until)
        self._database.execute("DELETE FROM queues WHERE name = ?", (name,))
        self._bury(name, buried_until)

    def purge(self, queue: str, buried_until: datetime) -> None:
        """Delete a queue's tasks."""
        with self._database:
            self._database.execute("BEGIN")
            self._database.execute(
                "INSERT OR REPLACE INTO tombstones SELECT name, ? FROM tasks WHERE queue = ? AND is_named",
                (buried_until.timestamp(), queue),
            )
            self._database.execute("DELETE FROM tasks WHERE queue = ?", (queue,))

    def add(self, stored: StoredTask) -> None:
        task = stored.task
        cursor = self._database.execute(
            "INSERT INTO tasks (name, queue, due, message, is_named) VALUES (?, ?, ?, ?, ?)",
            (
                task.name,
                parent(task.name),
                moment(task.schedule_time).timestamp(),
                tasks_v2.Task.serialize(task),
                stored.is_named,
            ),
        )
        stored.id = cursor.lastrowid or 0

    def save(self, stored: StoredTask) -> None:
        self._database.execute(
            "UPDATE tasks SET due = ?, message = ?, attempts_running = ?, executions = ?,"
            " previous_response = ?, retry_reason = ? WHERE id = ?",
            (
                moment(stored.task.schedule_time).timestamp(),
                tasks_v2.Task.serialize(stored.task),
                stored.attempts_running,
                stored.executions,
                stored.previous_response,
                stored.retry_reason,
                stored.id,
            ),
        )

    def delete(self, stored: StoredTask, buried_until: datetime) -> None:
        """Delete a task; its name stays taken for a while if its creator chose it."""
        if stored.is_named:
            self._bury(stored.task.name, buried_until)
        self._database.execute("DELETE FROM tasks WHERE id = ?", (stored.id,))

    def by_name(self, name: str) -> StoredTask | None:
        return self._one("WHERE name = ?", name)

    def by_id(self, task_id: int) -> StoredTask | None:
        return self._one("WHERE id = ?", task_id)

    def next_waiting(self, queue: str) -> StoredTask | None:
        """Return the task of a queue that is due first, among those that are not being delivered."""
        return self._one("WHERE queue = ? AND attempts_running = 0 ORDER BY due, id LIMIT 1", queue)

    def tasks(self, queue: str) -> Iterator[tasks_v2.Task]:
        rows = self._rows("SELECT message FROM tasks WHERE queue = ?", queue)
        return (tasks_v2.Task.deserialize(message) for (message,) in rows)

    def is_buried(self, name: str, now: datetime) -> bool:
        """Tell whether a name was in use until recently."""
        self._database.execute("DELETE FROM tombstones WHERE until <= ?", (now.timestamp(),))
        return self._row("SELECT until FROM tombstones WHERE name = ?", name) is not None

    def _bury(self, name: str, until: datetime) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO tombstones (name, until) VALUES (?, ?)",
            (name, until.timestamp()),
        )

    def _one(self, where: str, value: str | int) -> StoredTask | None:
        row = self._row(f"SELECT {_COLUMNS} FROM tasks {where}", value)  # noqa: S608 - our own constants
        if row is None:
            return None
        return StoredTask(
            id=row[0],
            task=tasks_v2.Task.deserialize(row[1]),
            is_named=bool(row[2]),
            attempts_running=row[3],
            executions=row[4],
            previous_response=row[5],
            retry_reason=row[6],
        )

    def _row(self, query: str, *values: str | int) -> tuple[Any, ...] | None:
        with closing(self._database.execute(query, values)) as cursor:
            row: tuple[Any, ...] | None = cursor.fetchone()
        return row

    def _rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        with closing(self._database.execute(query, values)) as cursor:
            return cursor.fetchall()
