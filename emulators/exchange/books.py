"""The exchange's books as JSON, for checks: accounts, orders, fills, and every change of a balance."""

from typing import Any

from emulators.exchange import shapes
from emulators.exchange.engine import Exchange
from emulators.exchange.ledger import Account, Entry
from emulators.exchange.shapes import number


def books(exchange: Exchange, name: str | None) -> dict[str, Any]:
    """Return the books of one account, or of all; `KeyError` when there is none of that name."""
    accounts = list(exchange.accounts.values()) if name is None else [exchange.accounts[name]]
    names = {account.name for account in accounts}
    return {
        "accounts": [_account(account) for account in accounts],
        "orders": [
            {
                "account": order.account.name,
                "locked": number(order.locked),
                "lockedAsset": order.locked_asset,
                **shapes.queried(order),
            }
            for order in exchange.orders
            if order.account.name in names
        ],
        "fills": [
            {"account": fill.account, **shapes.trade(fill)}
            for fill in exchange.matching.fills
            if fill.account in names
        ],
        "ledger": [_entry(entry) for entry in exchange.ledger.of(name)],
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "makerFee": str(account.maker_fee),
        "takerFee": str(account.taker_fee),
        "balances": {
            asset: {"free": number(balance.free), "locked": number(balance.locked)}
            for asset, balance in sorted(account.balances.items())
        },
    }


def _entry(entry: Entry) -> dict[str, Any]:
    change = entry.change
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "account": entry.account,
        "asset": change.asset,
        "free": number(change.free),
        "locked": number(change.locked),
        "reason": change.reason.value,
        "orderId": change.order_id,
        "tradeId": change.trade_id,
    }
