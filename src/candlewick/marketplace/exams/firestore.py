"""Examinations in Firestore: exams/{id}, which no client may read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import change_document
from candlewick.marketplace.exams.models import Exam
from candlewick.marketplace.models import ExamId, ExamState

_COLLECTION = "exams"


@dataclass(frozen=True, slots=True)
class FirestoreExamStore:
    client: firestore.Client

    def add(self, exam: Exam) -> None:
        self._place(exam.id).create(to_document(exam))

    def get(self, exam_id: ExamId) -> Exam | None:
        found = self._place(exam_id).get()
        return from_document(found.to_dict() or {}, Exam) if found.exists else None

    def change(self, exam_id: ExamId, decide: Callable[[Exam], Exam | None]) -> Exam | None:
        return change_document(self.client, self._place(exam_id), Exam, decide)

    def running(self, *, limit: int) -> Sequence[ExamId]:
        under_way = FieldFilter("state", "==", ExamState.RUNNING.value)
        query = self.client.collection(_COLLECTION).where(filter=under_way)
        return [ExamId(found.id) for found in query.limit(limit).stream()]

    def _place(self, exam_id: ExamId) -> firestore.DocumentReference:
        return self.client.collection(_COLLECTION).document(exam_id)
