"""The mailbox's two sides: SMTP, and HTTP for webhooks and for looking in.

GET  /mails?to=ADDRESS   mails to an address, or all: to, from, subject, id, text
POST /hooks/NAME         takes a webhook, answers 204
GET  /hooks/NAME         what came there: headers, body
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP

from emulators.mailbox.letters import Letters


class _Postman:
    """aiosmtpd's handler; its methods have the library's names."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(0)
        self._letters.add_mail(list(envelope.rcpt_tos), envelope.content)
        return "250 OK"


def create_app(letters: Letters, smtp: tuple[str, int]) -> web.Application:
    """Return the HTTP side; the SMTP side lives as long as it does."""

    async def mails(request: web.Request) -> web.Response:
        return web.json_response(letters.mails_to(request.query.get("to", "")))

    async def take(request: web.Request) -> web.Response:
        letters.add_hook(request.match_info["name"], request.headers, await request.text())
        return web.Response(status=204)

    async def hooks(request: web.Request) -> web.Response:
        return web.json_response(letters.hooks_of(request.match_info["name"]))

    async def listen(_: web.Application) -> AsyncIterator[None]:
        host, port = smtp
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(_Postman(letters), hostname=host, loop=loop), host, port
        )
        yield
        server.close()

    app = web.Application()
    app.router.add_get("/mails", mails)
    app.router.add_post("/hooks/{name}", take)
    app.router.add_get("/hooks/{name}", hooks)
    app.cleanup_ctx.append(listen)
    return app
