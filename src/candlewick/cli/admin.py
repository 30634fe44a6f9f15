"""`candlewick admin`: what operators do daily. Commands that change something rehearse unless told `--yes`.

Uses your own Google credentials (`gcloud auth application-default login`) on GOOGLE_CLOUD_PROJECT; every
change is written into the audit log with your e-mail address and your reason.
"""

import os
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from rich.console import Console

from candlewick.accounts.models import UserId
from candlewick.admin.models import QUOTA_BOUNDS, RunChange, RunQuery
from candlewick.audit import AuditEntry
from candlewick.backtests.models import RunId, RunState
from candlewick.cli import admin_drill, admin_search
from candlewick.cli import admin_view as view
from candlewick.cli.admin_desk import Desk, google_errors, now, open_desk
from candlewick.errors import Invalid

_MOST = 1_000
_PIPE_WIDTH = 160
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_REHEARSED = "Nothing was changed: this is what would happen. Add --yes to do it."


def run(
    arguments: Sequence[str], *, open_it: Callable[[Mapping[str, str]], Desk] = open_desk
) -> int:
    """Run one of the sub-commands; return the exit code."""
    args = parser().parse_args(arguments)
    with google_errors():
        # A pipe has no width; a table's ids and times are of use whole.
        console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
        code: int = args.action(args, console, open_it)
    return code


def parser() -> ArgumentParser:
    """Return the parser of every sub-command; the documentation is held to it."""
    made = ArgumentParser(prog="candlewick admin", description=__doc__)
    actions = made.add_subparsers(required=True, metavar="ACTION")
    _add_looking(actions)
    _add_changing(actions)
    admin_drill.add_to(actions)
    admin_search.add_to(actions)
    return made


def duration(text: str) -> timedelta:
    """Read `45s`, `10m`, `2h` or `3d`."""
    found = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    if found is None:
        raise ArgumentTypeError(f"{text!r} is no duration; write it like 45s, 10m, 2h or 3d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def count(text: str) -> int:
    """Read how many are wanted, 1 to 1000."""
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise ArgumentTypeError(f"{text!r} is no number from 1 to {_MOST}")
    return int(text)


def _add_looking(actions: "_Actions") -> None:
    finding = actions.add_parser("find", help="list runs of all users, the newest first")
    finding.add_argument("run", nargs="?", help="a run's id")
    finding.add_argument("--user", help="e-mail address or id")
    finding.add_argument("--state", choices=[state.value for state in RunState])
    finding.add_argument("--identity", help="hash of all that decides a run's trades")
    finding.add_argument(
        "--older-than", type=duration, metavar="AGE", help="in its state for so long, like 10m"
    )
    finding.add_argument("--limit", type=count, default=50, metavar="N")
    _with(finding, _find)
    showing = actions.add_parser("show", help="show a run wholly")
    showing.add_argument("run", help="the run's id")
    _with(showing, _show)
    users = actions.add_parser("users", help="show a user, or all who are suspended")
    users.add_argument("who", nargs="?", help="e-mail address or id")
    users.add_argument("--suspended", action="store_true")
    _with(users, _users)
    auditing = actions.add_parser("audit", help="list what operators did, the newest first")
    auditing.add_argument("--user", help="e-mail address or id of whom it concerned")
    auditing.add_argument("--limit", type=count, default=50, metavar="N")
    _with(auditing, _audit)


def _add_changing(actions: "_Actions") -> None:
    replaying = actions.add_parser("replay", help="start a failed or stuck run once more")
    replaying.add_argument("run", help="the run's id")
    replaying.add_argument(
        "--verify", action="store_true", help="verify the uploaded result again instead"
    )
    _with(replaying, _replay, changes=True)
    cancelling = actions.add_parser("cancel", help="stop a run")
    cancelling.add_argument("run", help="the run's id")
    _with(cancelling, _cancel, changes=True)
    suspending = actions.add_parser("suspend", help="close an account and stop its runs")
    suspending.add_argument("who", help="e-mail address or id")
    _with(suspending, _suspend, changes=True)
    restoring = actions.add_parser("restore", help="open a suspended account again")
    restoring.add_argument("who", help="e-mail address or id")
    _with(restoring, _restore, changes=True)
    moderator = actions.add_parser(
        "moderator", help="let a user moderate the marketplace, or no longer"
    )
    moderator.add_argument("what", choices=["add", "remove"])
    moderator.add_argument("who", help="e-mail address or id")
    _with(moderator, _moderator, changes=True)
    quota = actions.add_parser("quota", help="show or change a user's limits")
    quota.add_argument("who", help="e-mail address or id")
    for name, (low, high) in QUOTA_BOUNDS.items():
        option = f"--{name.replace('_', '-')}"
        quota.add_argument(option, type=int, metavar="N", help=f"{low} to {high:,}")
    quota.add_argument("--plan", action="store_true", help="all limits back to the plan's")
    _with(quota, _quota, changes=True, needs_reason=False)


def _with(
    made: ArgumentParser,
    action: Callable[[Namespace, Console, "_Open"], int],
    *,
    changes: bool = False,
    needs_reason: bool = True,
) -> None:
    made.add_argument("--json", action="store_true", help="for scripts")
    if changes:
        made.add_argument("--reason", required=needs_reason, default="", help="for the audit log")
        made.add_argument("--yes", action="store_true", help="do it; without this it is rehearsed")
    made.set_defaults(action=action)


def _find(args: Namespace, console: Console, open_it: "_Open") -> int:
    desk = open_it(os.environ)
    owner = None if args.user is None else desk.users.find(args.user).id
    query = RunQuery(
        run_id=None if args.run is None else RunId(args.run),
        owner=owner,
        state=None if args.state is None else RunState(args.state),
        identity=args.identity,
        older_than=args.older_than,
        limit=args.limit,
    )
    found = desk.runs.find(query)
    if args.json:
        view.print_json([view.run_document(item, desk.settings) for item in found])
        return 0
    console.print(view.runs_table(found, now()) if found else "No run fits.")
    if len(found) == args.limit:
        console.print(f"The first {args.limit}; there may be more (--limit).")
    return 0


def _show(args: Namespace, console: Console, open_it: "_Open") -> int:
    desk = open_it(os.environ)
    found = desk.runs.get(RunId(args.run))
    target = f"users/{found.owner}/runs/{found.id}"
    history = [item for item in desk.audit(found.owner, 200) if item.target == target]
    if args.json:
        told = view.audit_documents(history)
        view.print_json({**view.run_document(found, desk.settings), "audit": told})
        return 0
    view.print_run(found, history, desk.settings, console)
    return 0


def _users(args: Namespace, console: Console, open_it: "_Open") -> int:
    if (args.who is None) == (not args.suspended):
        raise Invalid("Name a user by e-mail address or id, or ask for --suspended.")
    desk = open_it(os.environ)
    users = desk.users.suspended() if args.suspended else [desk.users.find(args.who)]
    if args.json:
        view.print_json([view.to_plain(user) for user in users])
    elif args.suspended:
        console.print(view.users_table(users) if users else "Nobody is suspended.")
    else:
        view.print_user(users[0], console)
    return 0


def _audit(args: Namespace, console: Console, open_it: "_Open") -> int:
    desk = open_it(os.environ)
    owner = None if args.user is None else _user_id(desk, args.user)
    entries = desk.audit(owner, args.limit)
    if args.json:
        view.print_json(view.audit_documents(entries))
        return 0
    console.print(view.audit_table(entries) if entries else "No operator changed anything yet.")
    return 0


def _user_id(desk: Desk, who: str) -> UserId:
    # The audit log outlives accounts, so an id needs nobody behind it.
    return desk.users.find(who).id if "@" in who else UserId(who)


def _replay(args: Namespace, console: Console, open_it: "_Open") -> int:
    desk = open_it(os.environ)
    work = desk.runs.verify if args.verify else desk.runs.replay
    change = work(RunId(args.run), args.reason, rehearse=not args.yes)
    _tell_runs([change], args, console)
    return 0


def _cancel(args: Namespace, console: Console, open_it: "_Open") -> int:
    desk = open_it(os.environ)
    change = desk.runs.cancel(RunId(args.run), args.reason, rehearse=not args.yes)
    _tell_runs([change], args, console)
    return 0


def _suspend(args: Namespace, console: Console, open_it: "_Open") -> int:
    desk = open_it(os.environ)
    user, stopped = desk.users.suspend(args.who, args.reason, rehearse=not args.yes)
    if args.json:
        told = [_change_document(item) for item in stopped]
        view.print_json({"user": view.to_plain(user), "runs": told, "done": args.yes})
        return 0
    view.print_user(user, console)
    if stopped:
        _tell_runs(stopped, args, console)
    else:
        console.print("No run is under way." if args.yes else _REHEARSED)
    return 0


def _restore(args: Namespace, console: Console, open_it: "_Open") -> int:
    desk = open_it(os.environ)
    user = desk.users.restore(args.who, args.reason, rehearse=not args.yes)
    if args.json:
        view.print_json({"user": view.to_plain(user), "done": args.yes})
        return 0
    view.print_user(user, console)
    if not args.yes:
        console.print(_REHEARSED)
    return 0


def _moderator(args: Namespace, console: Console, open_it: "_Open") -> int:
    desk, wanted = open_it(os.environ), args.what == "add"
    user, is_changed = desk.users.set_moderator(
        args.who, args.reason, wanted=wanted, rehearse=not args.yes
    )
    if args.json:
        view.print_json({"user": view.to_plain(user), "isModerator": wanted, "done": is_changed})
        return 0
    view.print_user(user, console)
    done = "Moderates from now on." if wanted else "Moderates no longer."
    as_before = "That is so already."
    console.print(_REHEARSED if not args.yes else done if is_changed else as_before)
    return 0


def _quota(args: Namespace, console: Console, open_it: "_Open") -> int:
    wanted = {name: getattr(args, name) for name in QUOTA_BOUNDS if getattr(args, name) is not None}
    if wanted and args.plan:
        raise Invalid("Either name limits, or ask for --plan.")
    desk, changes = open_it(os.environ), bool(wanted or args.plan)
    if changes:
        goal = None if args.plan else wanted
        before, after = desk.users.set_quotas(args.who, goal, args.reason, rehearse=not args.yes)
    else:
        account = desk.users.find(args.who).account
        if account is None:
            raise Invalid("This user has no account yet: the first request makes it.")
        before = after = account.quotas
    if args.json:
        quotas = {"before": view.to_plain(before), "after": view.to_plain(after)}
        view.print_json({**quotas, "done": changes and args.yes})
        return 0
    console.print(view.quotas_table(before, after))
    if changes and not args.yes:
        console.print(_REHEARSED)
    return 0


def _tell_runs(changes: Sequence[RunChange], args: Namespace, console: Console) -> None:
    if args.json:
        view.print_json([_change_document(item) for item in changes])
        return
    for item in changes:
        before, after = item.before, item.after
        console.print(
            f"{after.id}: {before.state} (attempt {before.attempt}) → "
            f"{after.state} (attempt {after.attempt})"
        )
    console.print(_done([item.entry for item in changes]))


def _change_document(item: RunChange) -> dict[str, object]:
    return {
        "run": item.after.id,
        "before": item.before.state.value,
        "after": item.after.state.value,
        "attempt": item.after.attempt,
        "audit": None if item.entry is None else item.entry.id,
    }


def _done(entries: Sequence[AuditEntry | None]) -> str:
    names = [entry.id for entry in entries if entry is not None]
    return f"Done; audit log: {', '.join(names)}." if names else _REHEARSED


_Open = Callable[[Mapping[str, str]], Desk]
_Actions = admin_drill.Actions
