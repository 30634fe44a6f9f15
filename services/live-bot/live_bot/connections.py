"""How the supervisor connects: each call is sent once."""

import aiohttp


def session() -> aiohttp.ClientSession:
    """Return a session that repeats nothing by itself; needs a running event loop.

    aiohttp sends again what HTTP takes for idempotent when a connection is cut. An order that was cancelled would then
    seem to be unknown to the exchange.
    """
    made = aiohttp.ClientSession()
    made._retry_connection = False  # noqa: SLF001 (there is no public way; test_state.py sees that it works)
    return made
