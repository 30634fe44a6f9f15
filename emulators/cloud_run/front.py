"""The HTTP side of services: their addresses, which ask who is calling, and knobs for what Cloud Run does unasked."""

import asyncio
import logging
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from google.auth.transport import requests as google_requests
from google.iam.v1 import policy_pb2  # type: ignore[import-untyped]
from google.oauth2 import id_token

from emulators.cloud_run import names
from emulators.cloud_run.service_world import Holding, ServiceWorld

_INVOKER = "roles/run.invoker"
_EVERYBODY = "allUsers"
_LONGEST_S = 300
_NOT_FORWARDED = frozenset(
    {"host", "connection", "keep-alive", "transfer-encoding", "te", "upgrade"}
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """Answers below `/services/SERVICE` and `/instances/SERVICE`.

    Attributes:
        certs_url: where the certificates of callers' tokens are; without it nobody can prove who they are.
    """

    world: ServiceWorld
    certs_url: str | None

    def add_routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/services/{service}", self.forward)
        app.router.add_route("*", "/services/{service}/{path:.*}", self.forward)
        app.router.add_get("/instances/{service}", self.show)
        app.router.add_post("/instances/{service}/{action:stop|kill|replace}", self.act)

    async def forward(self, request: web.Request) -> web.StreamResponse:
        """Hand a request to an instance, when its caller may call."""
        holding = self._holding(request)
        if not holding.service.invoker_iam_disabled and not await self._may_call(request, holding):
            return web.Response(status=403, text="Forbidden\n")
        instance = holding.fleet.ready_instance()
        if instance is None:
            return web.Response(status=503, text="Service Unavailable: no instance is ready.\n")
        query = f"?{request.query_string}" if request.query_string else ""
        url = f"http://127.0.0.1:{instance.port}/{request.match_info.get('path', '')}{query}"
        headers = [
            (name, value)
            for name, value in request.headers.items()
            if name.lower() not in _NOT_FORWARDED
        ]
        limit = aiohttp.ClientTimeout(total=_LONGEST_S)
        async with aiohttp.ClientSession(timeout=limit, auto_decompress=False) as session:
            try:
                async with session.request(
                    request.method,
                    url,
                    headers=headers,
                    data=await request.read(),
                    allow_redirects=False,
                ) as answer:
                    return web.Response(
                        status=answer.status,
                        body=await answer.read(),
                        headers={
                            name: value
                            for name, value in answer.headers.items()
                            if name.lower() not in {*_NOT_FORWARDED, "content-length"}
                        },
                    )
            except (aiohttp.ClientError, TimeoutError):
                return web.Response(status=503, text="Service Unavailable: the instance is gone.\n")

    async def show(self, request: web.Request) -> web.Response:
        holding = self._holding(request)
        crews = {names.short(crew.revision.name): crew.describe() for crew in holding.fleet.crews}
        return web.json_response(crews)

    async def act(self, request: web.Request) -> web.Response:
        """Do to a service's instances what may happen to them at any time.

        `stop` sends SIGTERM, and new ones follow; `kill` is a machine that fails; `replace` starts new ones first.
        """
        holding, action = self._holding(request), request.match_info["action"]
        _log.info("%s: %s its instances, as asked", names.short(holding.name), action)
        if action == "kill":
            for crew in holding.fleet.crews:
                for instance in crew.instances:
                    instance.kill()
        else:
            await holding.fleet.replace(overlap=action == "replace")
        return web.Response(status=204)

    async def _may_call(self, request: web.Request, holding: Holding) -> bool:
        policy = policy_pb2.Policy.FromString(holding.policy)
        invokers = {
            member
            for binding in policy.bindings
            if binding.role == _INVOKER
            for member in binding.members
        }
        if _EVERYBODY in invokers:
            return True
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or self.certs_url is None:
            return False
        try:
            claims = await asyncio.to_thread(
                id_token.verify_token,
                token,
                google_requests.Request(),
                audience=holding.service.uri,
                certs_url=self.certs_url,
            )
        except ValueError as error:
            _log.info("%s: a caller is refused: %s", names.short(holding.name), error)
            return False
        return f"serviceAccount:{claims.get('email')}" in invokers

    def _holding(self, request: web.Request) -> Holding:
        wanted = request.match_info["service"]
        for holding in self.world.holdings.values():
            if names.short(holding.name) == wanted:
                return holding
        raise web.HTTPNotFound(text=f"There is no service {wanted}.\n")
