"""`candlewick admin restore-drill`: proves that the database can be brought back, and how long it takes."""

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from google.auth.transport.requests import AuthorizedSession
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from candlewick.admin.drill.models import GroupTally, Method, Report
from candlewick.admin.drill.service import Drill, Restorer
from candlewick.admin.models import Deed
from candlewick.audit import Action, AuditEntry
from candlewick.cli.admin_desk import Desk, my_credentials, new_id, now
from candlewick.errors import Invalid
from candlewick.gcp import clients
from candlewick.gcp.audit import add_audit_alone
from candlewick.gcp.raw_documents import RawDatabase
from candlewick.gcp.restorers import (
    Administration,
    BackupRestorer,
    ExportRestorer,
    NoAdministration,
    StreamRestorer,
)

Actions = Any  # argparse's own type for sub-parsers is private
_WORKS = {True: "[green]in force[/]", False: "[red]NOT IN FORCE[/]", None: "not checked"}
_SHOWN = 20


def add_to(actions: Actions) -> None:
    made: ArgumentParser = actions.add_parser(
        "restore-drill",
        help="copy the database into a new one and compare them",
        description=__doc__,
    )
    made.add_argument("--into", required=True, metavar="DATABASE", help="the new database's id")
    made.add_argument("--source", default="(default)", metavar="DATABASE")
    made.add_argument(
        "--method",
        choices=[method.value for method in Method],
        default=Method.STREAM.value,
        help="stream: document by document (default); export: by a bucket; backup: a scheduled one",
    )
    made.add_argument("--bucket", help="where an export goes")
    made.add_argument("--backup", metavar="NAME", help="projects/…/locations/…/backups/…")
    made.add_argument("--report", type=Path, default=Path(), metavar="DIR", help="for the report")
    made.add_argument("--project-files", type=Path, default=Path(), metavar="DIR")
    made.add_argument("--keep", action="store_true", help="leave the new database in place")
    made.add_argument(
        "--without-administration",
        action="store_true",
        help="for a database that has none: rules, time limits and indexes are not looked at",
    )
    made.add_argument("--reason", required=True, help="for the audit log")
    made.add_argument("--yes", action="store_true", help="do it: it costs a read and a write each")
    made.add_argument("--json", action="store_true", help="for scripts")
    made.set_defaults(action=drill)


@dataclass(frozen=True, kw_only=True)
class _Parts:
    source: RawDatabase
    copy: RawDatabase
    restorer: Restorer


def drill(args: Namespace, console: Console, open_it: Callable[[Mapping[str, str]], Desk]) -> int:
    """Carry out a drill; return 0 when nothing differs, 1 when something does."""
    deed, desk = Deed(action=Action.DRILL, reason=args.reason), open_it(os.environ)
    parts = _parts(args, desk.settings.project)
    if not args.yes:
        console.print(
            f"Would copy {parts.source.name} into {parts.copy.name} ({args.method}), compare every "
            f"document and {'keep' if args.keep else 'delete'} the copy. Add --yes to do it."
        )
        return 0
    with _progress(console) as told:
        work = Drill(
            source=parts.source,
            copy=parts.copy,
            restorer=parts.restorer,
            operator=desk.operator,
            now=now,
            told=told,
        )
        with _telling_what_is_left(work, parts.copy, console):
            report = work.run()
        if not args.keep:
            told("delete the copy", 0)
            parts.restorer.discard()
    path = _write(report, args.report)
    add_audit_alone(parts.source.client, _entry(deed, report, desk.operator))
    if args.json:
        print(json.dumps(report_document(report), indent=2))
    else:
        print_report(report, console)
        console.print(f"Report: {path}", markup=False)
    return 0 if report.passed else 1


def report_document(report: Report) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(asdict(report), default=_text))
    return {**document, "passed": report.passed}


def print_report(report: Report, console: Console) -> None:
    table = Table("Collection group", "Documents", "In the copy", "Content", title="Documents")
    for name, (source, copy) in report.groups.items():
        same = "[green]same[/]" if source == copy else "[red]DIFFERS[/]"
        table.add_row(escape(name), _count(source), _count(copy), same)
    console.print(table)
    for item in report.differences[:_SHOWN]:
        console.print(f"{item.problem}: {item.path}", style="red", markup=False)
    if report.differing > _SHOWN:
        console.print(f"… {report.differing - _SHOWN} more; the report names them.", markup=False)
    for protection in report.protections:
        works = _WORKS[protection.is_applied]
        console.print(f"{escape(protection.name)}: {works} {escape(protection.detail)}")
    steps = ", ".join(f"{step.name} {step.seconds:.1f} s" for step in report.steps)
    console.print(
        f"{report.documents:,} documents as of {report.as_of:%Y-%m-%d %H:%M:%S} UTC; {steps}."
    )
    console.print(
        f"Back in service after {report.restore_s:.1f} s (RTO); the copy was "
        f"{report.age_s:.0f} s old when the drill began (RPO of this method: {report.method})."
    )
    console.print(
        "[green]PASSED[/]: nothing is missing, added or changed."
        if report.passed
        else f"[red]FAILED[/]: {report.differing:,} documents differ, or a protection is missing."
    )


def _parts(args: Namespace, project: str) -> _Parts:
    source = RawDatabase(clients.firestore_client(project, args.source))
    copy = RawDatabase(clients.firestore_client(project, args.into))
    if args.without_administration:
        if args.method != Method.STREAM:
            raise Invalid("Without administration documents can only be streamed.")
        none = NoAdministration(copy)
        return _Parts(
            source=source,
            copy=copy,
            restorer=StreamRestorer(source=source, copy=copy, administration=none),
        )
    return _Parts(source=source, copy=copy, restorer=_managed(args, project, source, copy))


def _managed(args: Namespace, project: str, source: RawDatabase, copy: RawDatabase) -> Restorer:
    # Slow to import, and needed for this alone.
    from candlewick.gcp.databases import ManagedAdministration, ProjectFiles  # noqa: PLC0415

    admin = clients.firestore_admin_client()
    administration: Administration = ManagedAdministration(
        admin=admin,
        rules_api=AuthorizedSession(my_credentials()),  # type: ignore[no-untyped-call]
        project=project,
        source=args.source,
        files=ProjectFiles.in_folder(args.project_files),
    )
    if args.method == Method.STREAM:
        return StreamRestorer(source=source, copy=copy, administration=administration)
    if args.method == Method.EXPORT:
        if not args.bucket:
            raise Invalid("Name the bucket that the export goes into: --bucket.")
        return ExportRestorer(
            admin=admin,
            administration=administration,
            source=source.name,
            copy=copy.name,
            bucket=args.bucket,
        )
    if not args.backup:
        raise Invalid("Name the backup: --backup; `gcloud firestore backups list` shows them.")
    return BackupRestorer(
        admin=admin, administration=administration, copy=copy.name, backup=args.backup
    )


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[str, int], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description:<24}"), TextColumn("{task.completed:,} documents"), TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=console, transient=True) as shown:
        tasks: dict[str, Any] = {}

        def told(name: str, done: int) -> None:
            if name not in tasks:
                tasks[name] = shown.add_task(name, total=None)
            shown.update(tasks[name], completed=done)

        yield told


@contextmanager
def _telling_what_is_left(work: Drill, copy: RawDatabase, console: Console) -> Iterator[None]:
    is_done = False
    try:
        yield
        is_done = True
    finally:
        if work.has_begun and not is_done:
            name = copy.name.rpartition("/")[2]
            console.print(
                f"Stopped half-way: {name} holds a part of the documents. Delete it: "
                f"gcloud firestore databases delete --database={name}",
                markup=False,
                soft_wrap=True,
            )


def _write(report: Report, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"restore-drill-{report.began:%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(report_document(report), indent=2) + "\n")
    with path.with_suffix(".txt").open("w") as file:
        print_report(report, Console(file=file, width=120))
    return path


def _entry(deed: Deed, report: Report, operator: str) -> AuditEntry:
    return AuditEntry(
        id=new_id(),
        at=now(),
        operator=operator,
        action=deed.action,
        target=report.copy,
        reason=deed.reason,
        after={
            "passed": report.passed,
            "documents": report.documents,
            "restoreS": report.restore_s,
        },
    )


def _count(tally: GroupTally | None) -> str:
    return "none" if tally is None else f"{tally.documents:,}"


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
