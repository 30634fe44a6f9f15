"""What every store of the house promises: examinations, followed versions, fingerprints."""

import os
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest

from candlewick.accounts.models import UserId
from candlewick.backtests.models import Probe, RunId
from candlewick.backtests.wire import ProbeKind
from candlewick.marketplace.copies.fingerprint import fingerprint
from candlewick.marketplace.copies.firestore import FirestoreMarkStore
from candlewick.marketplace.copies.service import CopyCheck, MarkStore
from candlewick.marketplace.exams.firestore import FirestoreExamStore
from candlewick.marketplace.exams.models import Exam, Part, PlannedRun
from candlewick.marketplace.exams.ports import ExamStore
from candlewick.marketplace.models import ExamId, ExamState, ListingId
from candlewick.marketplace.out_of_sample.firestore import FirestoreFollowedStore
from candlewick.marketplace.out_of_sample.models import Followed
from candlewick.marketplace.out_of_sample.ports import FollowedStore
from tests.contracts.stores import ON_FIRESTORE
from tests.factories import ALICE, BOB, CODE, a_spec, a_strategy_ref
from tests.fakes import START
from tests.in_memory_house import InMemoryExams, InMemoryFollowed, InMemoryMarks

_numbers = count()


@dataclass(frozen=True)
class House:
    exams: ExamStore
    followed: FollowedStore
    marks: MarkStore


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def house(request: pytest.FixtureRequest) -> House:
    if request.param == "memory":
        return House(InMemoryExams(), InMemoryFollowed(), InMemoryMarks())
    client = request.getfixturevalue("client")
    return House(
        FirestoreExamStore(client), FirestoreFollowedStore(client), FirestoreMarkStore(client)
    )


@pytest.fixture
def name() -> str:
    return f"h{os.getpid()}-{next(_numbers)}"


def an_exam(name: str) -> Exam:
    probe = Probe(kind=ProbeKind.TRUNCATED, cut_at=START)
    return Exam(
        id=ExamId(name),
        listing=ListingId(f"l-{name}"),
        version=1,
        author=ALICE,
        strategy=a_strategy_ref(code_owner=ALICE),
        runs={
            "base": PlannedRun(part=Part.BASE, spec=a_spec(), parameters={"buy": {"a": 1}}),
            "cut-1": PlannedRun(part=Part.TRUNCATED, spec=a_spec(probe=probe), value=0.5),
        },
        is_planned_whole=False,
        state=ExamState.RUNNING,
        created_at=START,
    )


def a_followed(name: str) -> Followed:
    return Followed(
        listing=ListingId(name),
        version=2,
        strategy=a_strategy_ref(code_owner=ALICE),
        spec=a_spec(),
        since=START,
        usual=(0.001, 0.01),
        due_at=START,
    )


class TestExams:
    def test_one_is_found_as_it_was_stored(self, house: House, name: str) -> None:
        exam = an_exam(name)
        house.exams.add(exam)

        assert house.exams.get(exam.id) == exam
        assert house.exams.get(ExamId("other")) is None

    def test_runs_that_were_sent_are_kept(self, house: House, name: str) -> None:
        exam = an_exam(name)
        house.exams.add(exam)

        house.exams.change(exam.id, lambda found: found.sent({"base": RunId("r1")}))

        found = house.exams.get(exam.id)
        assert found is not None
        assert found.runs["base"].run == "r1"
        assert found.runs["cut-1"].run is None

    def test_who_declines_changes_nothing(self, house: House, name: str) -> None:
        exam = an_exam(name)
        house.exams.add(exam)

        assert house.exams.change(exam.id, lambda _: None) is None
        assert house.exams.change(ExamId("other"), lambda found: found) is None
        assert house.exams.get(exam.id) == exam

    def test_only_those_under_way_are_listed(self, house: House, name: str) -> None:
        ended = replace(an_exam(f"{name}-b"), state=ExamState.DONE)
        house.exams.add(an_exam(name))
        house.exams.add(ended)

        found = house.exams.running(limit=1_000)

        assert name in found
        assert ended.id not in found


class TestFollowed:
    def test_what_is_followed_already_is_left_as_it_is(self, house: House, name: str) -> None:
        first = a_followed(name)
        house.followed.add(first)

        house.followed.add(replace(first, since=START + timedelta(days=9)))

        assert house.followed.get(first.key) == first

    def test_those_whose_time_has_come_are_due(self, house: House, name: str) -> None:
        early, late = a_followed(f"{name}-a"), a_followed(f"{name}-b")
        house.followed.add(replace(late, due_at=START + timedelta(days=1)))
        house.followed.add(replace(early, due_at=START - timedelta(days=400)))

        found = [each.key for each in house.followed.due(START, limit=1_000)]

        assert early.key in found
        assert late.key not in found

    def test_a_change_is_stored(self, house: House, name: str) -> None:
        followed = a_followed(name)
        house.followed.add(followed)
        started = followed.started(RunId("r1"), START, START)

        assert house.followed.change(followed.key, lambda _: started) == started
        assert house.followed.get(followed.key) == started
        assert house.followed.change("other", lambda found: found) is None


class TestMarks:
    def test_a_near_copy_is_found_by_a_shared_band(self, house: House, name: str) -> None:
        code = CODE.replace("class Buyer", f"def helper():\n    return '{name}'\n\n\nclass Buyer")
        check, owner = CopyCheck(house.marks), UserId(f"{ALICE}-{name}")
        check.register(ListingId(name), 3, owner, code)
        check.register(ListingId(name), 3, owner, code)

        tuned = code.replace("= 1", "= 2")

        shared = house.marks.alike(fingerprint(tuned).bands)
        assert [each.version for each in shared if each.listing == name] == [3]
        assert check.ancestor(BOB, tuned) is not None
