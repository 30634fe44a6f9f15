"""The token by which a job proves that it may speak for one epoch of one run."""

import re
from dataclasses import dataclass

from candlewick.accounts.models import UserId
from candlewick.backtests.models import RunId
from candlewick.errors import Unauthenticated
from candlewick.ids import is_id, is_user_id

# A user id may hold dots itself.
_TOKEN = re.compile(
    r"(?P<owner>.+)\.(?P<run>[^.]+)\.(?P<epoch>[0-9]{1,9})\.(?P<secret>[A-Za-z0-9_-]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunToken:
    owner: UserId
    run_id: RunId
    epoch: int
    secret: str

    def text(self) -> str:
        return f"{self.owner}.{self.run_id}.{self.epoch}.{self.secret}"

    def __repr__(self) -> str:
        return f"RunToken(run_id={self.run_id!r}, epoch={self.epoch})"


def parse_run_token(text: str) -> RunToken:
    """Read a token's text; `Unauthenticated` when it has not the form of one."""
    found = _TOKEN.fullmatch(text)
    if found is None or not is_user_id(found["owner"]) or not is_id(found["run"]):
        raise Unauthenticated("This is not a run token.")
    return RunToken(
        owner=UserId(found["owner"]),
        run_id=RunId(found["run"]),
        epoch=int(found["epoch"]),
        secret=found["secret"],
    )
