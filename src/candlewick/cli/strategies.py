"""`candlewick strategies`: list strategies, save code as a version, show a version."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from candlewick.cli.api import Api, JsonObject
from candlewick.cli.session import open_api
from candlewick.errors import Invalid


def run(arguments: Sequence[str]) -> int:
    """Run one of the sub-commands; return the exit code."""
    args = _parser().parse_args(arguments)
    code: int = args.action(open_api(os.environ), args, Console())
    return code


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="candlewick strategies", description=__doc__)
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="list your strategies")
    listing.set_defaults(action=_list)
    push = actions.add_parser("push", help="save a file as a strategy's next version")
    push.add_argument("file", type=Path)
    push.add_argument("--name", help="the strategy's name; the file's name unless given")
    push.add_argument("--note", default="", help="what changed")
    push.set_defaults(action=_push)
    show = actions.add_parser("show", help="print a version's code")
    show.add_argument("name")
    show.add_argument("--version", type=int, help="the newest unless given")
    show.set_defaults(action=_show)
    return parser


def find_strategy(api: Api, name: str) -> JsonObject | None:
    """Return the strategy of this name or id, if there is one."""
    wanted = (item for item in api.pages("/strategies") if name in {item["name"], item["id"]})
    return next(wanted, None)


def require_strategy(api: Api, name: str) -> JsonObject:
    found = find_strategy(api, name)
    if found is None:
        raise Invalid(f"You have no strategy {name!r}; `candlewick strategies list` shows yours.")
    return found


def push_version(api: Api, name: str, code: str, note: str) -> JsonObject:
    """Save code as the next version of the strategy of this name, which is made if needed.

    Code that is the newest version's already makes no new one.
    """
    strategy = find_strategy(api, name) or api.post("/strategies", {"name": name})
    if strategy["latestVersion"]:
        latest = api.get(f"/strategies/{strategy['id']}/versions/{strategy['latestVersion']}")
        if latest["code"] == code:
            return latest
    return api.post(f"/strategies/{strategy['id']}/versions", {"code": code, "note": note})


def print_findings(version: JsonObject, console: Console) -> None:
    for item in version["check"]["findings"]:
        colour = "red" if item["severity"] == "error" else "yellow"
        place = f"{item['line']}:{item['column']}"
        console.print(
            f"  [{colour}]{item['severity']}[/] {place} {item['message']}", highlight=False
        )
        console.print(f"    [dim]{item['advice']}[/]", highlight=False)


def _list(api: Api, _: Namespace, console: Console) -> int:
    table = Table("Name", "Versions", "Changed (UTC)", "Id")
    for item in api.pages("/strategies"):
        changed = item["updatedAt"][:16].replace("T", " ")
        table.add_row(item["name"], str(item["latestVersion"]), changed, item["id"])
    console.print(table)
    return 0


def _push(api: Api, args: Namespace, console: Console) -> int:
    try:
        code = args.file.read_text(encoding="utf-8")
    except OSError as error:
        raise Invalid(f"{args.file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{args.file} is not UTF-8 text; save it as UTF-8.") from error
    version = push_version(api, args.name or args.file.stem, code, args.note)
    check = version["check"]
    console.print(
        f"Saved version {version['number']} ({check['className'] or 'no strategy class'})."
    )
    print_findings(version, console)
    return 0 if check["isRunnable"] else 1


def _show(api: Api, args: Namespace, console: Console) -> int:
    strategy = require_strategy(api, args.name)
    number = args.version or strategy["latestVersion"]
    version = api.get(f"/strategies/{strategy['id']}/versions/{number}")
    console.print(version["code"], markup=False, highlight=False, soft_wrap=True)
    return 0
