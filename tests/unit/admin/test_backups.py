"""The hourly look at the backups."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from candlewick.admin.backups import BackupWatch
from candlewick.errors import Unavailable
from tests.fakes import START, Clock

Lines = pytest.LogCaptureFixture


def watch(clock: Clock, *ages: timedelta) -> BackupWatch:
    return BackupWatch(snapshots=lambda: [START - age for age in ages], now=clock)


def said(lines: Lines) -> list[str]:
    return [record.getMessage() for record in lines.records]


@pytest.fixture(autouse=True)
def _every_line(caplog: Lines) -> None:
    caplog.set_level(logging.INFO)


def test_a_recent_backup_is_enough(caplog: Lines) -> None:
    watch(Clock(), timedelta(hours=20), timedelta(days=9)).check()

    assert said(caplog) == ["backups checked"]
    assert vars(caplog.records[0])["newest_backup_s"] == 20 * 3_600
    assert vars(caplog.records[0])["ready"] == 2


@pytest.mark.parametrize("ages", [(), (timedelta(hours=31),)])
def test_none_or_an_old_one_is_an_error(caplog: Lines, ages: tuple[timedelta, ...]) -> None:
    watch(Clock(), *ages).check()

    assert said(caplog) == ["backups checked", "backup missing"]
    assert caplog.records[1].levelno == logging.ERROR


def test_an_instance_looks_once_an_hour(caplog: Lines) -> None:
    clock = Clock()
    checked = watch(clock, timedelta(hours=1))
    for _ in range(61):
        checked.check()
        clock.move(minutes=1)

    assert said(caplog) == ["backups checked"] * 2


def test_who_may_not_look_says_so(caplog: Lines) -> None:
    def refuse() -> Sequence[datetime]:
        raise Unavailable("The list of backups cannot be read: denied")

    BackupWatch(snapshots=refuse, now=Clock()).check()

    assert said(caplog) == ["backups cannot be checked"]


def test_where_nobody_makes_backups_nobody_looks(caplog: Lines) -> None:
    BackupWatch(snapshots=None, now=Clock()).check()

    assert not said(caplog)
