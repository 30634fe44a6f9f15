"""Liveness and readiness for the platform, and how far the bot is."""

from collections.abc import Callable

from aiohttp import web


class Health:
    """`/healthz` while the process runs; `/readyz` once it holds the lease and its trader works."""

    def __init__(self, progress: Callable[[], dict[str, object]]) -> None:
        self._progress = progress
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> None:
        app = web.Application()
        app.add_routes([web.get("/healthz", self._alive), web.get("/readyz", self._ready)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _alive(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _ready(self, _request: web.Request) -> web.Response:
        progress = self._progress()
        return web.json_response(progress, status=200 if progress.get("ready") else 503)
