import pytest
from google.api_core import exceptions

from tests.emulators.cloud_tasks.conftest import Cloud
from tests.emulators.cloud_tasks.target import Target
from tests.emulators.emulator_process import eventually

pytestmark = pytest.mark.emulator


def test_the_next_deliveries_are_made_twice_and_those_after_them_once(
    tasks: Cloud, target: Target
) -> None:
    queue = tasks.new_queue()
    tasks.emulator.put_faults(duplicate={"next": 2})

    for path in ("/1", "/2", "/3"):
        tasks.create(queue, f"{target.url}{path}")
        eventually(lambda path=path: target.of(path))  # type: ignore[misc]
    eventually(lambda: len(target.received) == 5)

    assert [len(target.of(path)) for path in ("/1", "/2", "/3")] == [2, 2, 1]
    first, second = target.of("/1")
    assert first.headers == second.headers
    assert tasks.emulator.faults()["duplicate"]["fired"] >= 2


def test_a_duplicate_may_come_after_the_task_is_done(tasks: Cloud, target: Target) -> None:
    tasks.emulator.put_faults(duplicate={"next": 1, "seconds": 0.6})
    task = tasks.create(tasks.new_queue(), f"{target.url}/late")
    eventually(lambda: tasks.is_gone(task.name))

    eventually(lambda: len(target.of("/late")) == 2)

    first, second = target.of("/late")
    # Half of it: a busy machine may notice the first one late.
    assert second.at - first.at >= 0.3


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("UNAVAILABLE", exceptions.ServiceUnavailable),
        ("DEADLINE_EXCEEDED", exceptions.DeadlineExceeded),
    ],
)
def test_a_lost_reply_leaves_a_task_that_is_there(
    tasks: Cloud, target: Target, status: str, error: type[Exception]
) -> None:
    queue = tasks.new_queue()
    name = f"{queue}/tasks/lost"
    tasks.emulator.put_faults(drop_create_reply={"next": 1, "status": status})

    with pytest.raises(error):
        tasks.create(queue, f"{target.url}/lost", name=name)

    with pytest.raises(exceptions.AlreadyExists):
        tasks.create(queue, f"{target.url}/lost", name=name)
    assert eventually(lambda: target.of("/lost"))


def test_a_lost_response_makes_a_second_attempt_of_a_task_that_was_done(
    tasks: Cloud, target: Target
) -> None:
    tasks.emulator.put_faults(drop_response={"next": 1})

    task = tasks.create(tasks.new_queue(), f"{target.url}/again")
    eventually(lambda: tasks.is_gone(task.name))

    first, second = target.of("/again")
    assert first.headers["x-cloudtasks-taskretrycount"] == "0"
    assert second.headers["x-cloudtasks-taskretrycount"] == "1"
    assert "lost" in second.headers["x-cloudtasks-taskretryreason"]


def test_a_delayed_delivery_is_late(tasks: Cloud, target: Target) -> None:
    queue = tasks.new_queue()
    tasks.emulator.put_faults(delay={"next": 1, "seconds": 0.4})

    tasks.create(queue, f"{target.url}/delayed")
    eventually(lambda: tasks.emulator.faults()["delay"]["next"] == 0)
    tasks.create(queue, f"{target.url}/prompt")
    eventually(lambda: len(target.received) == 2)

    assert [item.path for item in target.received] == ["/prompt", "/delayed"]


def test_chance_repeats_itself_with_the_same_seed(tasks: Cloud, target: Target) -> None:
    queue = tasks.new_queue()

    runs = []
    for _ in range(2):
        tasks.emulator.put_faults(seed=7, drop_create_reply={"probability": 0.5})
        runs.append([_is_refused(tasks, queue, target.url) for _ in range(20)])

    assert runs[0] == runs[1]
    assert {True, False} == set(runs[0])


def test_faults_end_when_they_are_replaced_by_none(tasks: Cloud, target: Target) -> None:
    tasks.emulator.put_faults(drop_create_reply={"probability": 1})
    tasks.emulator.put_faults()

    assert not _is_refused(tasks, tasks.new_queue(), target.url)


@pytest.mark.parametrize(
    "faults",
    [
        {"unknown": {"next": 1}},
        {"duplicate": {}},
        {"duplicate": {"next": -1}},
        {"duplicate": {"next": "1"}},
        {"duplicate": {"next": 1, "colour": "red"}},
        {"duplicate": {"probability": 1.5}},
        {"drop_create_reply": {"next": 1, "status": "TEAPOT"}},
        {"duplicate": 3},
        {"seed": "x"},
    ],
)
def test_faults_that_make_no_sense_are_refused_and_change_nothing(
    tasks: Cloud, faults: dict[str, object]
) -> None:
    before = tasks.emulator.faults()

    answer = tasks.emulator.put_faults(**faults)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert tasks.emulator.faults() == before


def _is_refused(tasks: Cloud, queue: str, url: str) -> bool:
    try:
        tasks.create(queue, url)
    except exceptions.ServiceUnavailable:
        return True
    return False
