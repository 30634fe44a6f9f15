"""The adapter that makes bots' services, through the official client against the emulator."""

import uuid
from collections.abc import Iterator

import pytest
import requests

from candlewick.accounts.models import UserClass
from candlewick.bots.models import BotId, Cell
from candlewick.bots.ports import ActualService, ServiceSpec
from candlewick.errors import Unavailable
from candlewick.gcp.run_services import CloudRunServices, Shape
from tests.emulators.cloud_run.conftest import Cloud
from tests.emulators.emulator_process import eventually

CELL = Cell(name="one", project="demo-candlewick", region="europe-west1")
OTHER = Cell(name="two", project="demo-candlewick-2", region="us-central1")
SHAPE = Shape(identity="live-bot", cpu="1", memory="1Gi", subnet="live-bots", network_tag="bot")


@pytest.fixture
def services(run: Cloud) -> Iterator[CloudRunServices]:
    made = CloudRunServices(client=lambda: run.services, cells=(CELL, OTHER), shape=SHAPE)
    yield made
    for found in made.actual():
        made.delete(found.bot_id, CELL if found.cell == CELL.name else OTHER)


def a_spec(bot_id: BotId, revision: int = 1, cell: Cell = CELL) -> ServiceSpec:
    return ServiceSpec(
        bot_id=bot_id,
        owner_class=UserClass.MEMBER,
        revision=revision,
        env={"CANDLEWICK_BOT_TOKEN": f"t{revision}", "CANDLEWICK_BOT_EVENTS_URL": "http://x"},
        image="server",
        cell=cell,
    )


def new_id() -> BotId:
    return BotId(uuid.uuid4().hex[:20])


def found(services: CloudRunServices, bot_id: BotId) -> ActualService | None:
    return next((item for item in services.actual() if item.bot_id == bot_id), None)


def is_ready(services: CloudRunServices, bot_id: BotId, revision: int) -> bool:
    actual = found(services, bot_id)
    return actual is not None and actual.is_ready and actual.revision == revision


def running(run: Cloud, bot_id: BotId) -> list[str]:
    return [item["id"] for crew in run.instances(f"bot-{bot_id}").values() for item in crew]


def test_a_bot_is_one_instance_that_nobody_can_call(run: Cloud, services: CloudRunServices) -> None:
    bot_id = new_id()

    services.start(a_spec(bot_id))

    eventually(lambda: is_ready(services, bot_id, 1), within=20)
    assert len(running(run, bot_id)) == 1
    service = run.services.get_service(
        name=f"projects/demo-candlewick/locations/europe-west1/services/bot-{bot_id}"
    )
    assert requests.get(service.uri, timeout=10).status_code == 403
    (interface,) = service.template.vpc_access.network_interfaces
    assert interface.subnetwork == "live-bots"
    assert service.template.service_account.startswith("live-bot@")
    assert not service.template.containers[0].resources.cpu_idle


def test_starting_twice_starts_once(run: Cloud, services: CloudRunServices) -> None:
    bot_id = new_id()
    services.start(a_spec(bot_id))
    eventually(lambda: is_ready(services, bot_id, 1), within=20)
    before = running(run, bot_id)

    services.start(a_spec(bot_id))

    assert running(run, bot_id) == before


def test_a_new_revision_replaces_the_old_one(run: Cloud, services: CloudRunServices) -> None:
    bot_id = new_id()
    services.start(a_spec(bot_id))
    eventually(lambda: is_ready(services, bot_id, 1), within=20)
    before = running(run, bot_id)

    services.start(a_spec(bot_id, revision=2))

    eventually(lambda: is_ready(services, bot_id, 2), within=20)
    assert running(run, bot_id) != before


def test_bots_of_all_cells_are_found_and_deleting_twice_is_no_error(
    services: CloudRunServices,
) -> None:
    here, there = new_id(), new_id()
    services.start(a_spec(here))
    services.start(a_spec(there, cell=OTHER))

    cells = {item.bot_id: item.cell for item in services.actual()}
    assert cells.items() >= {here: "one", there: "two"}.items()

    services.delete(here, CELL)
    services.delete(here, CELL)
    assert found(services, here) is None


def test_a_reply_that_is_lost_is_made_up_for(run: Cloud, services: CloudRunServices) -> None:
    bot_id = new_id()
    run.emulator.put_faults(lost_service_reply={"next": 1, "status": "INTERNAL"})

    with pytest.raises(Unavailable):
        services.start(a_spec(bot_id))
    services.start(a_spec(bot_id))

    eventually(lambda: is_ready(services, bot_id, 1), within=20)
    assert len(running(run, bot_id)) == 1
