"""Runs the Cloud Run emulator."""

import asyncio
import re
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from emulators.cloud_run.container import Orphanage
from emulators.cloud_run.executions import Executions, Tasks
from emulators.cloud_run.front import Front
from emulators.cloud_run.jobs import Jobs
from emulators.cloud_run.keeper import become_subreaper
from emulators.cloud_run.operations import Operations
from emulators.cloud_run.options import Options, read_options
from emulators.cloud_run.region import Settings
from emulators.cloud_run.service_world import ServiceWorld
from emulators.cloud_run.services import Revisions, Services
from emulators.cloud_run.standby import Standby
from emulators.cloud_run.store import Store
from emulators.cloud_run.world import World
from emulators.hosting import CannotStart, Host, run_emulator, side_app, sole_user_of
from emulators.rpc import Refused

_SHUTDOWN_GRACE_S = 3.0


async def emulate(options: Options) -> None:
    """Run until told to stop."""
    become_subreaper()
    host = Host(options.places)
    async with AsyncExitStack() as stack:
        folder = options.state
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cloud-run-")))
        stack.enter_context(sole_user_of(folder / "state.sqlite"))
        store = Store(folder / "state.sqlite")
        stack.callback(store.close)
        world = _world(options, store, folder.absolute(), host.http_url)
        operations = Operations()
        jobs = Jobs(world=world, operations=operations)
        world.load()
        for record in world.records.values():
            jobs.watch_run(record)
        _add_jobs(jobs, options)
        services = ServiceWorld(region=world)
        services.load()
        app = side_app(options.faults)
        Front(world=services, certs_url=options.certs_url).add_routes(app)
        _show_logs(app, folder / "logs")
        stack.push_async_callback(_end_runs, world)
        stack.push_async_callback(services.shut_down, min(_SHUTDOWN_GRACE_S, options.grace))
        if options.standby is not None:
            world.standby = Standby(world, options.standby, options.standby_within)
            world.standby.add_routes(app)
            await stack.enter_async_context(world.standby.kept())
        handlers = (
            *(jobs, Executions(world=world, operations=operations), Tasks(world=world)),
            *(Services(world=services, operations=operations), operations),
            Revisions(world=services, operations=operations),
        )
        await host.serve([item.handler() for item in handlers], app)


def _world(options: Options, store: Store, folder: Path, url: str) -> World:
    settings = Settings(
        images=options.images,
        folder=folder,
        grace=options.grace,
        overlap=options.overlap,
        log_limit=options.log_limit,
        most_running=options.most_running,
    )
    return World(
        settings=settings,
        store=store,
        faults=options.faults,
        orphanage=Orphanage(),
        url=url,
    )


def _add_jobs(jobs: Jobs, options: Options) -> None:
    for job in options.jobs:
        try:
            jobs.put_job(job)
        except Refused as error:
            raise CannotStart(f"--job {job.name}: {error}") from error


async def _end_runs(world: World) -> None:
    runs = world.stop_all()
    ending = [asyncio.create_task(run.finished.wait()) for run in runs]
    if not ending:
        return
    await asyncio.wait(ending, timeout=min(_SHUTDOWN_GRACE_S, world.settings.grace))
    for run in runs:
        run.kill()
    await asyncio.wait(ending)


def _show_logs(app: web.Application, folder: Path) -> None:
    async def show(request: web.Request) -> web.StreamResponse:
        execution, index = request.match_info["execution"], request.match_info.get("index", "*")
        if re.fullmatch(r"[a-z0-9-]+", execution) is None or re.fullmatch(r"\*|\d+", index) is None:
            raise web.HTTPNotFound
        response = web.StreamResponse(headers={"Content-Type": "text/plain; charset=utf-8"})
        await response.prepare(request)
        for file in sorted((folder / execution).glob(f"{index}-*.log")):
            await response.write(f"== {file.stem}\n".encode())
            await response.write(await asyncio.to_thread(file.read_bytes))
        return response

    app.router.add_get("/logs/{execution}", show)
    app.router.add_get("/logs/{execution}/{index}", show)


if __name__ == "__main__":
    sys.exit(run_emulator("cloud-run", emulate(read_options())))
