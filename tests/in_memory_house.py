"""What the house keeps, in memory. The contract tests hold it to what Firestore's adapters do."""

from collections.abc import Callable, Sequence
from datetime import datetime

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict
from candlewick.marketplace.copies.service import Marked
from candlewick.marketplace.exams.models import Exam
from candlewick.marketplace.models import Ancestor, ExamId, ExamState, ListingVersion
from candlewick.marketplace.out_of_sample.models import Followed


class InMemoryExams:
    def __init__(self) -> None:
        self._exams: dict[ExamId, Exam] = {}

    def add(self, exam: Exam) -> None:
        self._exams[exam.id] = exam

    def get(self, exam_id: ExamId) -> Exam | None:
        return self._exams.get(exam_id)

    def change(self, exam_id: ExamId, decide: Callable[[Exam], Exam | None]) -> Exam | None:
        found = self._exams.get(exam_id)
        changed = None if found is None else decide(found)
        if changed is not None:
            self._exams[exam_id] = changed
        return changed

    def running(self, *, limit: int) -> Sequence[ExamId]:
        under_way = [exam.id for exam in self._exams.values() if exam.state is ExamState.RUNNING]
        return under_way[:limit]


class InMemoryFollowed:
    def __init__(self) -> None:
        self._followed: dict[str, Followed] = {}

    def add(self, followed: Followed) -> None:
        self._followed.setdefault(followed.key, followed)

    def get(self, key: str) -> Followed | None:
        return self._followed.get(key)

    def due(self, now: datetime, *, limit: int) -> Sequence[Followed]:
        found = [each for each in self._followed.values() if each.due_at <= now]
        return sorted(found, key=lambda each: each.due_at)[:limit]

    def change(self, key: str, decide: Callable[[Followed], Followed | None]) -> Followed | None:
        found = self._followed.get(key)
        changed = None if found is None else decide(found)
        if changed is not None:
            self._followed[key] = changed
        return changed


class InMemoryMarks:
    def __init__(self) -> None:
        self._marks: dict[tuple[str, int], Marked] = {}

    def add(self, marked: Marked) -> None:
        self._marks.setdefault((marked.listing, marked.version), marked)

    def alike(self, bands: Sequence[str]) -> Sequence[Marked]:
        return [each for each in self._marks.values() if set(each.bands) & set(bands)]


class RecordingDesk:
    """Remembers what was published; `kin` is the ancestor that it names, `same` whether it refuses."""

    def __init__(self) -> None:
        self.seen: list[tuple[ListingVersion, str]] = []
        self.kin: Ancestor | None = None
        self.same = False

    def ancestor(self, owner: UserId, code: str) -> Ancestor | None:
        del owner, code
        if self.same:
            raise Conflict("This strategy is listed already.")
        return self.kin

    def published(self, version: ListingVersion, code: str) -> None:
        self.seen.append((version, code))
