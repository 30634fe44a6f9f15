"""Sells what the bot holds, without the trader: at a breach, or when the user says so."""

import logging
from decimal import Decimal

from candlewick.bots.wire import OrderType, Purpose, Side
from live_bot.errors import Refused, VenueRefused, VenueUnclear
from live_bot.guard import Wish
from live_bot.orders import Orders, Ports

log = logging.getLogger(__name__)


async def close_all(ports: Ports, orders: Orders, prices: dict[str, Decimal]) -> list[str]:
    """Cancel the bot's open orders and sell its positions at the market; return what could not be done."""
    problems: list[str] = []
    for known in ports.book.pending():
        if known.answer is None or not known.answer.exchange_order_id:
            continue
        try:
            await orders.cancel(known.intent.pair, known.answer.exchange_order_id)
        except Refused as error:
            problems.append(f"{known.intent.pair}: {error}")
    await ports.recorder.settle()
    for pair in sorted(filter(ports.symbols.has_pair, ports.guard.ledger.pairs())):
        problem = await _sell(ports, orders, pair, prices.get(pair, Decimal(0)))
        if problem:
            problems.append(f"{pair}: {problem}")
    return problems


async def _sell(ports: Ports, orders: Orders, pair: str, price: Decimal) -> str:
    market = ports.symbols.of_pair(pair)
    amount = market.rounded(ports.guard.ledger.held(pair))
    if amount <= 0 or (price > 0 and amount * price < market.smallest_stake):
        return ""
    wish = Wish(
        pair=pair,
        side=Side.SELL,
        type=OrderType.MARKET,
        purpose=Purpose.CLOSE_ALL,
        amount=amount,
        price=None,
        stop_price=None,
        market=price,
        tag="close_all",
    )
    parameters = {
        "symbol": market.symbol,
        "side": "SELL",
        "type": "MARKET",
        "quantity": format(amount, "f"),
        "newOrderRespType": "FULL",
    }
    try:
        (await orders.place(wish, parameters)).checked()
    except (Refused, VenueRefused, VenueUnclear) as error:
        log.warning("a position was not closed", extra={"pair": pair, "reason": str(error)})
        return str(error)
    return ""
