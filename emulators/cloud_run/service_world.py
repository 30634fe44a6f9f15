"""The services and revisions that the emulated region holds, in memory and in the store."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from google.cloud import run_v2

from emulators.cloud_run import names, service_states
from emulators.cloud_run.fleet import Fleet
from emulators.cloud_run.region import Region
from emulators.cloud_run.service_validation import instances
from emulators.times import moment, utc_now

_MOST_KEPT_REVISIONS = 1000
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True, eq=False)
class Holding:
    """A service with its revisions and what runs; changes of it happen one after the other."""

    service: run_v2.Service
    fleet: Fleet
    revisions: dict[str, run_v2.Revision] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    policy: bytes = b""
    is_deleted: bool = False

    @property
    def name(self) -> str:
        return str(self.service.name)


class Deployment:
    """A change under way; `failure` is its end, once `finished` is set."""

    def __init__(self) -> None:
        self.finished = asyncio.Event()
        self.failure: str | None = None


@dataclass(slots=True, kw_only=True)
class ServiceWorld:
    """The region's services, by name."""

    region: Region
    holdings: dict[str, Holding] = field(default_factory=dict)
    under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def load(self) -> None:
        """Take up what an earlier process left, and start what is to run."""
        for service, policy in self.region.store.services():
            revisions = self.region.store.revisions(service.name)
            holding = Holding(service=service, fleet=Fleet(self.region), policy=policy)
            holding.revisions = {revision.name: revision for revision in revisions}
            self.holdings[holding.name] = holding
            newest = holding.revisions.get(service.latest_created_revision)
            if newest is not None:
                self.deploy(holding, newest)

    def change(self, holding: Holding, service: run_v2.Service) -> Deployment:
        """Bring a service to what was asked for: a new revision if its template changed, else only its scale."""
        present = holding.revisions.get(holding.service.latest_created_revision)
        has_changed = present is None or _template(service) != _template(holding.service)
        holding.service = service
        self.holdings[holding.name] = holding
        if not has_changed:
            count = instances(service, service.template)
            holding.fleet.scale(count)
            service_states.settle(service, service.latest_ready_revision, None, utc_now())
            self.region.store.save_service(service, holding.policy)
            done = Deployment()
            done.finished.set()
            return done
        name = names.new_revision(holding.name, service.generation)
        if service.template.revision:
            name = f"{holding.name}/revisions/{service.template.revision}"
        revision = service_states.new_revision(service, name, utc_now())
        revision.log_uri = f"{self.region.log_url}/{names.short(holding.name)}"
        service.latest_created_revision = name
        return self.deploy(holding, revision)

    def deploy(self, holding: Holding, revision: run_v2.Revision) -> Deployment:
        holding.fleet.give_way()
        holding.revisions[revision.name] = revision
        service_states.begin(holding.service, utc_now())
        self.region.store.save_service(holding.service, holding.policy)
        self.region.store.save_revision(holding.name, revision)
        deployment = Deployment()
        self._start(self._roll_out(holding, revision, deployment))
        return deployment

    def delete(self, holding: Holding) -> Deployment:
        """Forget a service at once; its instances are told to end."""
        holding.is_deleted = True
        holding.fleet.give_way()
        self.holdings.pop(holding.name, None)
        self.region.store.delete_service(holding.name)
        deployment = Deployment()
        self._start(self._end(holding, deployment))
        return deployment

    async def shut_down(self, patience: float) -> None:
        """Stop what runs, since the emulator ends; services stay in the store."""
        fleets = [holding.fleet for holding in self.holdings.values()]
        for task in tuple(self.under_way):
            task.cancel()
        ending = asyncio.gather(*(fleet.end() for fleet in fleets))
        await asyncio.wait({ending}, timeout=patience)
        for fleet in fleets:
            fleet.kill_all()
        await ending

    async def _roll_out(
        self, holding: Holding, revision: run_v2.Revision, deployment: Deployment
    ) -> None:
        try:
            async with holding.turn:
                older = [crew.revision for crew in holding.fleet.crews]
                count = instances(holding.service, holding.service.template)
                failure = await holding.fleet.deploy(revision, count)
                self._settle(holding, revision, failure, older)
                deployment.failure = failure
        finally:
            deployment.finished.set()

    def _settle(
        self,
        holding: Holding,
        revision: run_v2.Revision,
        failure: str | None,
        older: list[run_v2.Revision],
    ) -> None:
        now, store = utc_now(), self.region.store
        service_states.settle_revision(revision, failure, now)
        changed = [revision]
        if failure is None:
            for item in older:
                service_states.retire(item, now)
                changed.append(item)
        if holding.is_deleted:
            return
        service_states.settle(holding.service, revision.name, failure, now)
        store.save_service(holding.service, holding.policy)
        for item in changed:
            store.save_revision(holding.name, item)
        self._forget_oldest(holding)
        _log.info("%s: %s", names.short(revision.name), failure or "serves")

    async def _end(self, holding: Holding, deployment: Deployment) -> None:
        async with holding.turn:
            await holding.fleet.end()
        deployment.finished.set()
        _log.info("service %s deleted", names.short(holding.name))

    def _forget_oldest(self, holding: Holding) -> None:
        by_age = sorted(holding.revisions.values(), key=lambda item: moment(item.create_time))
        for revision in by_age[:-_MOST_KEPT_REVISIONS]:
            del holding.revisions[revision.name]
            self.region.store.delete_revision(revision.name)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)


def _template(service: run_v2.Service) -> bytes:
    message: bytes = run_v2.RevisionTemplate.serialize(service.template)
    return message
