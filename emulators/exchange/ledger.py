"""Accounts and the append-only ledger of all that ever changed a balance."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

ZERO: Final = Decimal(0)


class Reason(StrEnum):
    """Why a balance changed."""

    DEPOSIT = "deposit"
    LOCK = "lock"
    RELEASE = "release"
    TRADE = "trade"
    FEE = "fee"


class Balance(NamedTuple):
    """What an account has of one asset."""

    free: Decimal = ZERO
    locked: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one balance; sums of `free` and `locked` are the balance."""

    asset: str
    free: Decimal = ZERO
    locked: Decimal = ZERO
    reason: Reason
    order_id: int | None = None
    trade_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change as it stands in the ledger."""

    sequence: int
    at: int
    account: str
    change: Change


@dataclass(slots=True, kw_only=True)
class Account:
    """One customer. Fees are fractions of what is received."""

    name: str
    number: int
    maker_fee: Decimal
    taker_fee: Decimal
    balances: dict[str, Balance] = field(default_factory=dict)
    updated_at: int = 0

    def balance(self, asset: str) -> Balance:
        return self.balances.get(asset, Balance())


class Ledger:
    """The only way to change a balance."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def post(self, account: Account, at: int, *changes: Change) -> None:
        """Book changes; `ValueError`, and nothing is booked, when a balance would be negative."""
        after = dict(account.balances)
        for change in changes:
            free, locked = after.get(change.asset, Balance())
            after[change.asset] = Balance(free + change.free, locked + change.locked)
        for asset, balance in after.items():
            if balance.free < 0 or balance.locked < 0:
                raise ValueError(f"{account.name} has not enough {asset}")
        account.balances, account.updated_at = after, at
        for change in changes:
            self._entries.append(
                Entry(sequence=len(self._entries) + 1, at=at, account=account.name, change=change)
            )

    def of(self, account: str | None = None) -> Iterator[Entry]:
        """Return the entries of one account, or of all."""
        return (entry for entry in self._entries if account in {None, entry.account})
