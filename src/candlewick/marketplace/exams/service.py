"""Carries an examination from its first run to its verdict, however often and by whomever it is asked to go on."""

import json
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from candlewick.backtests.models import BacktestRun, RunId, RunState
from candlewick.errors import AppError, Conflict, NotFound, Unavailable
from candlewick.gcp.documents import from_document, to_document
from candlewick.log import logger
from candlewick.marketplace.exams.evaluating import Examiners, evaluate
from candlewick.marketplace.exams.models import PATIENCE, REPORT_TYPE, Exam, PlannedRun
from candlewick.marketplace.exams.planning import first_runs, later_runs
from candlewick.marketplace.exams.ports import (
    AuthorVersions,
    ExamStore,
    Lineage,
    Verdicts,
)
from candlewick.marketplace.house_runs import HouseRuns, submit
from candlewick.marketplace.models import ExamId, ExamState, ListingVersion, Verdict
from candlewick.marketplace.out_of_sample.rank import yearly_sharpe
from candlewick.objects import ObjectStore
from candlewick.trust.evidence import ResultFiles
from candlewick.trust.finding import Weight
from candlewick.trust.report import Report

log = logger(__name__)

_AT_ONCE = 40
_OURS = "We could not examine this version; it is our fault, not your strategy's. Please ask for the examination again."


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamService:
    exams: ExamStore
    runs: HouseRuns
    versions: AuthorVersions
    lineage: Lineage
    verdicts: Verdicts
    results: ObjectStore
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def begin(self, version: ListingVersion) -> ExamId:
        """Start the examination of a version; its verdict is settled with the version when it is there."""
        own = self.versions.version(version.owner, version.strategy, version.strategy_version)
        exam = Exam(
            id=ExamId(self.new_id()),
            listing=version.listing,
            version=version.number,
            author=version.owner,
            strategy=version.reference(),
            runs=first_runs(version.spec, version.parameters, own.report.facts),
            is_planned_whole=False,
            state=ExamState.RUNNING,
            created_at=self.now(),
        )
        self.exams.add(exam)
        log.info("examination begun", extra={"exam_id": exam.id, "listing": exam.listing})
        self._send(exam)
        return exam.id

    def get(self, exam_id: ExamId) -> Exam:
        found = self.exams.get(exam_id)
        if found is None:
            raise NotFound("There is no such examination.")
        return found

    def progress(self, exam_id: ExamId) -> tuple[Exam, Mapping[str, RunState]]:
        """Take an examination as far as it can go; return it, and how far each of its runs is."""
        exam, runs = self._advance(exam_id)
        found = {name: runs.get(name) or self._run(exam, each) for name, each in exam.runs.items()}
        states = {
            name: RunState.QUEUED if run is None else run.state for name, run in found.items()
        }
        return exam, states

    def report(self, exam: Exam) -> Report:
        """Return the report of an examination that is done."""
        return from_document(json.loads(self.results.read(exam.report_name)), Report)

    def advance_all(self) -> int:
        """Take every examination under way as far as it can go; return how many there were."""
        found = self.exams.running(limit=_AT_ONCE)
        for exam_id in found:
            try:
                self.advance(exam_id)
            except Unavailable:
                log.info("examination waits", extra={"exam_id": exam_id})
            except AppError:
                log.exception("examination failed", extra={"exam_id": exam_id})
        return len(found)

    def advance(self, exam_id: ExamId) -> Exam:
        """Take an examination as far as it can go. Doing it twice, or from two places, is harmless."""
        return self._advance(exam_id)[0]

    def _advance(self, exam_id: ExamId) -> tuple[Exam, Mapping[str, BacktestRun]]:
        """Return the examination with the runs that were read on the way; with none where it is over."""
        exam = self.get(exam_id)
        if exam.state is not ExamState.RUNNING:
            return exam, {}
        if self.now() - exam.created_at > PATIENCE:
            return self._end(exam, ExamState.FAILED, _OURS), {}
        runs = self._send(exam)
        base = runs["base"]
        if base.state in {RunState.FAILED, RunState.CANCELLED}:
            why = base.failure.message if base.failure else _OURS
            return self._end(exam, ExamState.FAILED, why), runs
        if base.state is RunState.SUCCEEDED and not exam.is_planned_whole:
            return self._advance(self._plan_further(exam, base).id)
        if exam.is_planned_whole and all(run.state.is_final for run in runs.values()):
            return self._conclude(exam, runs), runs
        return exam, runs

    def _plan_further(self, exam: Exam, base: BacktestRun) -> Exam:
        files = ResultFiles(self.results.read)
        planned = exam.runs["base"]
        more = later_runs(
            planned.spec,
            planned.parameters,
            trades=files.trades(base),
            settings=files.file(base, "summary")["reported"]["settings"],
        )

        def decide(found: Exam) -> Exam | None:
            return None if found.is_planned_whole else found.planned_further(more)

        return self.exams.change(exam.id, decide) or self.get(exam.id)

    def _conclude(self, exam: Exam, runs: Mapping[str, BacktestRun]) -> Exam:
        version = self.versions.version(exam.author, exam.strategy.id, exam.strategy.version)
        found = evaluate(
            exam,
            runs,
            Examiners(
                files=ResultFiles(self.results.read),
                code=self.versions.code(exam.author, version),
                code_findings=version.report.findings,
                attempts=self.lineage.attempts(exam.listing, runs["base"].identity),
            ),
        )
        # A conflict is no harm: the report of an earlier try stands.
        with suppress(Conflict):
            data = json.dumps(to_document(found)).encode()
            self.results.create(exam.report_name, data, content_type=REPORT_TYPE)
        return self._end(exam, ExamState.DONE, "", report=self.report(exam), base=runs["base"])

    def _end(
        self,
        exam: Exam,
        state: ExamState,
        message: str,
        *,
        report: Report | None = None,
        base: BacktestRun | None = None,
    ) -> Exam:
        verdict = Verdict(
            exam=exam.id,
            state=state,
            grade=None if report is None else report.grade,
            is_publishable=report is not None
            and not any(each.weight is Weight.FAILED for each in report.findings),
            base_run=None if base is None else base.id,
            headline={} if base is None else self._headline(base),
            message=message,
        )
        # The verdict first: whoever goes on after an end in between settles it once more.
        with suppress(NotFound):  # the listing went while it was examined
            self.verdicts.settle(exam.listing, exam.version, verdict)
        ended = self.exams.change(
            exam.id,
            lambda found: found.ended(state, message) if found.state is ExamState.RUNNING else None,
        )
        facts = {
            "exam_id": exam.id,
            "listing": exam.listing,
            "state": state,
            "grade": verdict.grade,
        }
        log.info("examination ended", extra=facts)
        return ended or self.get(exam.id)

    def _headline(self, base: BacktestRun) -> Mapping[str, object]:
        """Return the base run's figures; profit and Sharpe ratio are of the balance, as those after publication will be."""
        returns = ResultFiles(self.results.read).returns(base)
        figures = {} if base.result is None else base.result.headline
        profit = math.prod(1 + each for each in returns) - 1
        return {**figures, "profit_total": profit, "sharpe": yearly_sharpe(returns)}

    def _send(self, exam: Exam) -> Mapping[str, BacktestRun]:
        """Submit what is not submitted yet, and return all runs of the examination."""
        runs: dict[str, BacktestRun] = {}
        sent: dict[str, RunId] = {}
        for name, planned in exam.runs.items():
            found = self._run(exam, planned)
            if found is None:
                found = self._submit(exam, name, planned)
                sent[name] = found.id
            runs[name] = found
        if sent:
            self.exams.change(exam.id, lambda stored: stored.sent(sent))
        return runs

    def _run(self, exam: Exam, planned: PlannedRun) -> BacktestRun | None:
        return None if planned.run is None else self.runs.get(exam.house, planned.run)

    def _submit(self, exam: Exam, name: str, planned: PlannedRun) -> BacktestRun:
        code = replace(exam.strategy, parameters=planned.parameters)
        return submit(self.runs, exam.listing, f"{exam.id}/{name}", code, planned.spec)
