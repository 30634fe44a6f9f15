"""Runs the Cloud Tasks emulator."""

import sys
from contextlib import AsyncExitStack

from aiohttp import web

from emulators.cloud_tasks.courier import Courier
from emulators.cloud_tasks.dispatcher import Dispatcher, Dispatching
from emulators.cloud_tasks.names import check_queue
from emulators.cloud_tasks.oidc import Issuer, load_key
from emulators.cloud_tasks.options import Options, read_options
from emulators.cloud_tasks.service import CloudTasks
from emulators.cloud_tasks.store import Store
from emulators.hosting import CannotStart, Host, run_emulator, side_app, sole_user_of
from emulators.rpc import Refused
from emulators.times import utc_now


async def emulate(options: Options) -> None:
    """Run until told to stop."""
    host = Host(options.places)
    issuer = Issuer(url=options.oidc_issuer or host.http_url, key=load_key(options.oidc_key))
    async with AsyncExitStack() as stack:
        if options.state is not None:
            stack.enter_context(sole_user_of(options.state))
        store = Store(options.state)
        stack.callback(store.close)
        courier = Courier(issuer, options.faults)
        stack.push_async_callback(courier.close)
        period = options.dedup_period
        dispatcher = Dispatcher(Dispatching(store=store, courier=courier, dedup_period=period))
        stack.push_async_callback(dispatcher.close)
        tasks = CloudTasks(
            store=store, dispatcher=dispatcher, faults=options.faults, dedup_period=period
        )
        _add_queues(tasks, options)
        app = side_app(options.faults)
        _publish(app, issuer, host.http_url)
        await host.serve([tasks.handler()], app)


def _add_queues(tasks: CloudTasks, options: Options) -> None:
    tasks.resume_stored_queues()
    for queue in options.queues:
        try:
            check_queue(queue.name)
            tasks.add_queue(queue)
        except Refused as error:
            raise CannotStart(f"--queue {queue.name}: {error}") from error


def _publish(app: web.Application, issuer: Issuer, base_url: str) -> None:
    certificates = issuer.certificates(utc_now())

    async def certs(_: web.Request) -> web.Response:
        return web.json_response(certificates)

    async def jwks(_: web.Request) -> web.Response:
        return web.json_response(issuer.jwks())

    async def configuration(_: web.Request) -> web.Response:
        return web.json_response(issuer.configuration(base_url))

    app.router.add_get("/oidc/certs", certs)
    app.router.add_get("/oidc/jwks", jwks)
    app.router.add_get("/.well-known/openid-configuration", configuration)


if __name__ == "__main__":
    sys.exit(run_emulator("cloud-tasks", emulate(read_options())))
