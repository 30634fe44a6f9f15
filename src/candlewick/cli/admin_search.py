"""`candlewick admin reindex`: writes every listing's row of the search index anew."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console

from candlewick.audit import Action, AuditEntry
from candlewick.cli.admin_desk import Desk, new_id, now
from candlewick.gcp import clients
from candlewick.gcp.audit import add_audit_alone
from candlewick.marketplace.search.rewriting import Rewriting

Actions = Any  # argparse's own type for sub-parsers is private


def add_to(actions: Actions) -> None:
    made: ArgumentParser = actions.add_parser(
        "reindex", help="write the marketplace's search index anew", description=__doc__
    )
    made.add_argument("--reason", required=True, help="for the audit log")
    made.add_argument("--yes", action="store_true", help="do it: three reads and a write a listing")
    made.set_defaults(action=reindex)


def reindex(args: Namespace, console: Console, open_it: Callable[[Mapping[str, str]], Desk]) -> int:
    """Rewrite the rows of all listings; publications may go on beside it."""
    desk = open_it(os.environ)
    client = clients.firestore_client(desk.settings.project)
    rewriting = Rewriting(client)
    listings = list(rewriting.listings())
    if not args.yes:
        console.print(
            f"Would write the rows of {len(listings):,} listings anew. Add --yes to do it."
        )
        return 0
    for listing in listings:
        rewriting.rewrite(listing)
    entry = AuditEntry(
        id=new_id(),
        at=now(),
        operator=desk.operator,
        action=Action.REINDEX,
        target="searchShards",
        reason=args.reason,
        after={"listings": len(listings)},
    )
    add_audit_alone(client, entry)
    console.print(f"Wrote the rows of {len(listings):,} listings.")
    return 0
