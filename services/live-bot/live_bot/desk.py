"""What the trader asks of the supervisor besides the exchange: what to do, and where to keep its database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from candlewick.bots.wire import Command, JournalEntry, Plan, Wanted
from live_bot.book import Book
from live_bot.errors import Fenced
from live_bot.state import MAX_DATABASE_BYTES
from live_bot.trader_words import Done, Entry, Next, Report, Start, Verdict

log = logging.getLogger(__name__)

_LONGEST_WAIT_S: Final = 30.0
_MOST_IDS: Final = 5_000


class Desk:
    """Holds what the trader is to be told, and its newest report."""

    def __init__(self, plan: Plan, book: Book) -> None:
        self.plan = plan
        self.wanted = Wanted.RUNNING
        self.blacklist = _blacklist(plan)
        self.acknowledged: tuple[int, ...] = ()
        self.stop = False
        self.report = Report()
        self.database: bytes | None = None
        self._book = book
        self._commands: dict[str, Command] = {}
        self._known: set[str] = set()
        self._news = asyncio.Event()

    def begin(self) -> None:
        """Forget what a trader that ended said; the next one starts from its database."""
        self._known.clear()
        self.report = Report()
        self.wake()

    def wake(self) -> None:
        """Let a trader that waits look again."""
        self._news.set()

    def order(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            if command.id not in self._commands:
                self._commands[command.id] = command
                self.wake()

    def done(self, command_id: str) -> None:
        self._commands.pop(command_id, None)

    def heard(self, report: Report) -> None:
        self.report = report
        self._known.update(report.known_orders[:_MOST_IDS])

    def start(self, venue_ms: int) -> Start:
        return Start(
            plan=self.plan,
            has_state=self.database is not None,
            wanted=self.wanted,
            blacklist=self.blacklist,
            venue_ms=venue_ms,
        )

    def next(self, venue_ms: int) -> Next:
        return Next(
            stop=self.stop,
            wanted=self.wanted,
            blacklist=self.blacklist,
            commands=tuple(self._commands.values()),
            orders=tuple(self.unknown_orders()),
            acknowledged_trades=self.acknowledged,
            venue_ms=venue_ms,
        )

    def unknown_orders(self) -> list[JournalEntry]:
        """Orders at the exchange of which the trader has not said that its database knows them."""
        return [
            JournalEntry(intent=known.intent, answer=known.answer)
            for known in self._book.all()
            if known.answer is not None
            and known.answer.exchange_order_id
            and known.intent.client_order_id not in self._known
        ]

    async def wait(self, seconds: float) -> None:
        """Wait for something to tell."""
        if self.stop:
            return
        self._news.clear()
        try:
            await asyncio.wait_for(self._news.wait(), min(seconds, _LONGEST_WAIT_S))
        except TimeoutError:
            return

    async def wait_for_stop(self, seconds: float) -> None:
        """Wait, but no longer than until the bot is to stop."""
        ends = asyncio.get_running_loop().time() + seconds
        while not self.stop and (left := ends - asyncio.get_running_loop().time()) > 0:
            await self.wait(left)


class DeskHandlers:
    """The desk by HTTP on the trader's socket."""

    def __init__(  # noqa: PLR0913 (they are what the trader asks for)
        self,
        desk: Desk,
        *,
        venue_time: Callable[[], Awaitable[int]],
        save: Callable[[bytes], Awaitable[bool]],
        reported: Callable[[Report], Awaitable[None]],
        done: Callable[[Done], Awaitable[None]],
        judged: Callable[[Entry], Awaitable[Verdict]],
    ) -> None:
        self._desk = desk
        self._venue_time = venue_time
        self._save = save
        self._reported = reported
        self._done = done
        self._judged = judged

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/bot/start", self._start),
            web.get("/bot/state", self._state),
            web.put("/bot/state", self._keep),
            web.post("/bot/next", self._next),
            web.post("/bot/done", self._is_done),
            web.post("/bot/entry", self._entry),
        ]

    async def _start(self, _request: web.Request) -> web.Response:
        return _json(self._desk.start(await self._venue_time()))

    async def _state(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._desk.database or b"")

    async def _keep(self, request: web.Request) -> web.Response:
        content = await request.read()
        try:
            saved = await self._save(content)
        except Fenced:
            return web.Response(status=409)
        except ValueError:
            return web.Response(status=413)
        return web.Response(status=204 if saved else 503)

    async def _next(self, request: web.Request) -> web.Response:
        try:
            report = Report.model_validate_json(await request.read())
        except ValueError:
            return web.Response(status=422)
        await self._reported(report)
        await self._desk.wait(_seconds(request.query.get("wait", "0")))
        return _json(self._desk.next(await self._venue_time()))

    async def _is_done(self, request: web.Request) -> web.Response:
        try:
            done = Done.model_validate_json(await request.read())
        except ValueError:
            return web.Response(status=422)
        await self._done(done)
        return web.Response(status=204)

    async def _entry(self, request: web.Request) -> web.Response:
        try:
            entry = Entry.model_validate_json(await request.read())
        except ValueError:
            return web.Response(status=422)
        return _json(await self._judged(entry))


def _blacklist(plan: Plan) -> tuple[str, ...]:
    exchange = plan.config.get("exchange")
    pairs = exchange.get("pair_blacklist") if isinstance(exchange, dict) else None
    return tuple(map(str, pairs)) if isinstance(pairs, list) else ()


def application(handlers: DeskHandlers, exchange: web.RouteDef) -> web.Application:
    """Return what the trader can reach; there is no other way out for it."""
    app = web.Application(client_max_size=MAX_DATABASE_BYTES)
    app.add_routes([*handlers.routes(), exchange])
    return app


def _json(message: Start | Next | Verdict) -> web.Response:
    return web.Response(
        text=message.model_dump_json(by_alias=True), content_type="application/json"
    )


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0
