"""How an operation of the API is called, and what reaches it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from candlewick.accounts.models import Scope
from candlewick.backtests.models import RunState
from candlewick.bots.wire import Wanted
from candlewick.marketplace.models import ExamState, Price, Standing

Key = tuple[str, str]  # method and path
IDEMPOTENT = {"Idempotency-Key": "key-00000001"}
SESSION_ONLY = None  # no scope of an API token is enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """How Alice calls an operation, and what reaches it.

    `owned` says that the path names an object of hers: anybody else is answered with `others`,
    `public` that nobody needs to be signed in, `anybody` that neither, but a credential must be good if one is sent.
    """

    scope: Scope | None
    body: Callable[[str], dict[str, Any]] | None = None
    query: dict[str, str] | None = None
    headers: dict[str, str] | None = None
    status: int = 200
    run_state: RunState = RunState.SUCCEEDED
    owned: bool = False
    others: tuple[int, str] = (404, "not_found")
    public: bool = False
    anybody: bool = False
    bot_wanted: Wanted = Wanted.RUNNING
    exam: ExamState = ExamState.DONE
    foreign: bool = False  # the listing is Carol's, and Alice and Bob have run it
    taken: bool = False  # the case is in Alice's hands
    of_bob: bool = False  # the listing is
    price: Price | None = None  # the listing's
    listing: Standing | None = None  # published where it is for anybody, a draft where it is owned
