"""Puts the exchange together as a web application."""

from aiohttp import web

from emulators.exchange.control import Control
from emulators.exchange.desk import Desk
from emulators.exchange.front import Front

_MAX_BODY = 1024 * 1024


def create_app(desk: Desk) -> web.Application:
    """Return the server: /emulator is the control interface, the rest is Binance's."""
    front = Front(desk)
    app = web.Application(client_max_size=_MAX_BODY)
    app.router.add_routes(Control(front).routes())
    for prefix in ("/api", "/sapi", "/fapi"):
        app.router.add_route("*", prefix + "/{rest:.*}", front.handle)
    return app
