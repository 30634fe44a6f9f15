"""Takes a run from `verifying` to `succeeded` or `failed`."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from candlewick.accounts.models import UserId
from candlewick.backtests.events_log import since
from candlewick.backtests.inputs import input_files
from candlewick.backtests.models import (
    BacktestRun,
    BacktestSpec,
    Change,
    RunId,
    RunState,
    StoredResult,
    TradingMode,
)
from candlewick.backtests.ports import RunStore
from candlewick.backtests.probes import PROBE_FILE, LookaheadFacts, RecursiveFacts
from candlewick.backtests.tickets import ARCHIVE_NAME
from candlewick.backtests.wire import Failure, FailureKind, ProbeKind
from candlewick.errors import Conflict, NotFound
from candlewick.log import logger
from candlewick.market_data.cutting import cut_frame
from candlewick.market_data.manifest import CandleFile, CandleType, Manifest, StoredObject
from candlewick.market_data.timeframes import duration, timeframe_minutes
from candlewick.objects import ObjectStore, sha256_hex
from candlewick.verification.archive import read_probe
from candlewick.verification.candles import Candles, Market
from candlewick.verification.closed import closed
from candlewick.verification.errors import ResultRefused
from candlewick.verification.funding import FUNDING_TIMEFRAME, Funding, Known, mark_type
from candlewick.verification.verify import Verified, verify_archive

if TYPE_CHECKING:
    import pandas as pd

log = logger(__name__)

_ANALYSES: Mapping[ProbeKind, type[LookaheadFacts | RecursiveFacts]] = {
    ProbeKind.LOOKAHEAD: LookaheadFacts,
    ProbeKind.RECURSIVE: RecursiveFacts,
}
_CONTENT_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "feather": "application/vnd.apache.arrow.file",
}


class CandleSource(Protocol):
    def manifest(self, exchange: str, revision: str) -> Manifest: ...
    def frame(self, file: CandleFile) -> "pd.DataFrame": ...
    def snapshot(self, stored: StoredObject) -> bytes: ...
    def whole(self, file: CandleFile) -> "pd.DataFrame": ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationService:
    runs: RunStore
    results: ObjectStore
    candles: CandleSource
    now: Callable[[], datetime]

    def verify(self, owner: UserId, run_id: RunId) -> bool:
        """Verify a run's result; return whether its state was changed. Doing it twice is harmless."""
        run = self.runs.get(owner, run_id)
        if run is None or run.state is not RunState.VERIFYING or run.result is None:
            return False
        started, result = self.now(), run.result
        try:
            verified = self._verified(run, result)
        except ResultRefused as refused:
            facts = {"run_id": run_id, "user_class": run.user_class, "reasons": refused.reasons}
            log.warning("result refused", extra=facts)
            failure = Failure(kind=FailureKind.RESULT_REFUSED, message=str(refused)[:4_000])
            return self._settle(run, lambda found: found.failed(failure, self.now()))
        self._store(result, closed(verified) if run.strategy.is_closed else verified)
        took = (self.now() - started).total_seconds()

        def succeed(found: BacktestRun) -> BacktestRun:
            done = found.moved_to(RunState.SUCCEEDED, self.now())
            return replace(
                done,
                result=replace(result, headline=verified.headline),
                timings={**found.timings, "verify_s": took},
            )

        is_settled = self._settle(run, succeed)
        if is_settled:
            waited = since(run, RunState.VERIFYING, self.now())
            facts = {"run_id": run_id, "user_class": run.user_class}
            log.info("result verified", extra={**facts, "verify_s": took, "waited_s": waited})
        return is_settled

    def _verified(self, run: BacktestRun, result: StoredResult) -> Verified:
        try:
            archive = self.results.read(f"{result.prefix}/{ARCHIVE_NAME}")
        except NotFound as error:
            raise ResultRefused(["the job reported a result but uploaded none"]) from error
        if sha256_hex(archive) != result.archive_sha256:
            raise ResultRefused(["the uploaded archive is not the one that the job reported"])
        shape = _ANALYSES.get(run.spec.probe.kind) if run.spec.probe else None
        if shape is not None:
            facts = read_probe(archive, shape)
            return Verified(
                files={PROBE_FILE: facts.model_dump_json(by_alias=True).encode()}, headline={}
            )
        manifest = self.candles.manifest(run.spec.exchange, run.candle_revision)
        return verify_archive(
            archive,
            run.spec,
            run.strategy.class_name,
            market=self._market(run, manifest),
            fee=self._fee(run, manifest),
        )

    def _market(self, run: BacktestRun, manifest: Manifest) -> Market:
        spec = run.spec
        kinds = {CandleType.SPOT, CandleType.FUTURES}
        given = [
            file for file in input_files(spec, run.strategy, manifest) if file.pair in spec.pairs
        ]
        files = [file for file in given if file.candle_type in kinds]
        return Market(
            timeframe=self._candles(files, spec, spec.timeframe),
            detail=self._candles(files, spec, spec.timeframe_detail),
            files={file.pair: file for file in files if file.timeframe == spec.timeframe},
            funding=self._funding(given, spec, manifest.rules_of or manifest.exchange),
        )

    def _funding(
        self, given: list[CandleFile], spec: BacktestSpec, exchange: str
    ) -> Mapping[str, Funding]:
        """Return what Freqtrade could know of the funding of each pair."""
        if spec.trading_mode is not TradingMode.FUTURES:
            return {}
        hourly = {
            (file.pair, file.candle_type): file
            for file in given
            if file.timeframe == FUNDING_TIMEFRAME
        }
        return {
            pair: Funding(
                rates=self._known(hourly.get((pair, CandleType.FUNDING_RATE)), spec),
                marks=self._known(hourly.get((pair, mark_type(exchange))), spec),
            )
            for pair in spec.pairs
        }

    def _known(self, file: CandleFile | None, spec: BacktestSpec) -> Known:
        if file is None:
            return Known.nothing()
        frame, cut_at = self.candles.whole(file), None if spec.probe is None else spec.probe.cut_at
        if cut_at is not None:
            frame = frame[frame["date"] <= cut_at]
        return Known.from_frame(file, frame)

    def _candles(
        self, files: list[CandleFile], spec: BacktestSpec, timeframe: str | None
    ) -> Mapping[str, Candles]:
        return {
            file.pair: Candles.from_frame(self._frame(file, spec), timeframe_minutes(timeframe))
            for file in files
            if timeframe is not None and file.timeframe == timeframe
        }

    def _frame(self, file: CandleFile, spec: BacktestSpec) -> "pd.DataFrame":
        frame, probe = self.candles.frame(file), spec.probe
        if probe is None or probe.cut_at is None:
            return frame
        # As the job cut them, so that the trades are held to the candles that the strategy saw.
        return cut_frame(frame, duration(file.timeframe), duration(spec.timeframe), probe.cut_at)

    def _fee(self, run: BacktestRun, manifest: Manifest) -> float:
        """Freqtrade takes the higher of the first pair's two fees for every trade, unless one is set."""
        if run.spec.fee is not None:
            return float(run.spec.fee)
        markets = json.loads(self.candles.snapshot(manifest.markets))
        market = markets[run.spec.pairs[0]]
        return max(float(market["taker"]), float(market["maker"]))

    def _store(self, result: StoredResult, verified: Verified) -> None:
        for name, data in verified.files.items():
            # A conflict is no harm: an earlier delivery of this task wrote the same bytes.
            with suppress(Conflict):
                self.results.create(
                    f"{result.prefix}/{name}",
                    data,
                    content_type=_CONTENT_TYPES[name.rpartition(".")[2]],
                )

    def _settle(self, run: BacktestRun, change: Callable[[BacktestRun], BacktestRun]) -> bool:
        def decide(found: BacktestRun) -> Change | None:
            if found.state is not RunState.VERIFYING or found.claim.epoch != run.claim.epoch:
                return None  # settled by another delivery, or cancelled
            return Change(run=change(found))

        try:
            return self.runs.change(run.owner, run.id, decide) is not None
        except NotFound:
            return False
