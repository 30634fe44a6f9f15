"""The token by which a job proves that it may speak for one epoch of one run."""

from dataclasses import dataclass

from candlewick.accounts.models import UserId
from candlewick.backtests.models import RunId
from candlewick.errors import Unauthenticated

_PARTS = 4


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
    parts = text.rsplit(".", _PARTS - 1)  # a user id may hold dots itself
    if len(parts) != _PARTS or not all(parts) or not parts[2].isdecimal():
        raise Unauthenticated("This is not a run token.")
    return RunToken(
        owner=UserId(parts[0]), run_id=RunId(parts[1]), epoch=int(parts[2]), secret=parts[3]
    )
