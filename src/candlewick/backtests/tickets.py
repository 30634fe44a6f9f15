"""Makes a job's ticket: the configuration, signed URLs of its inputs and of its one result, its limits."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.backtests.config import freqtrade_config
from candlewick.backtests.inputs import input_files, spans_of
from candlewick.backtests.models import BacktestRun, Listed, StrategyRef, result_prefix
from candlewick.backtests.plots import MAX_VALUES_BYTES
from candlewick.backtests.ports import Catalogue
from candlewick.backtests.wire import InputFile, Limits, Ticket, Upload
from candlewick.errors import Conflict
from candlewick.market_data.manifest import CandleFile, StoredObject
from candlewick.objects import ObjectStore, sha256_hex
from candlewick.strategies.models import code_object

ARCHIVE_NAME = "result.zip"
ARCHIVE_TYPE = "application/zip"
LOG_NAME = "log.txt"
_LOG_TYPE = "text/plain; charset=utf-8"
_VALID_FOR = timedelta(minutes=40)
_MAX_ARCHIVE_BYTES = 64 * 1024 * 1024 + MAX_VALUES_BYTES
_MAX_LOG_BYTES = 1_200_000
_SIGNATURES_AT_ONCE = 16


class ListedCode(Protocol):
    def reference(self, listed: Listed) -> StrategyRef:
        """Return a listing's version as it is run, with whose code it is; `NotFound` when it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOffice:
    catalogue: Catalogue
    candles: ObjectStore
    codes: ObjectStore
    results: ObjectStore
    limits: Limits
    listed: ListedCode

    def issue(self, run: BacktestRun, now: datetime) -> Ticket:
        """Sign everything anew: a repeated claim gets URLs that are valid as long as the first one's."""
        listed = run.strategy.listed
        if listed is not None:
            run = replace(run, strategy=self.listed.reference(listed))
        manifest = self.catalogue.manifest(run.spec.exchange, run.candle_revision)
        snapshots = {
            "markets.json": manifest.markets,
            "leverage_tiers.json": manifest.leverage_tiers,
        }
        # In the cloud each signature is a call to IAM; the job waits for all of them.
        with ThreadPoolExecutor(_SIGNATURES_AT_ONCE) as pool:
            candles = input_files(run.spec, run.strategy, manifest)
            files = list(pool.map(lambda file: self._candles(run, file), candles))
            there = [(path, item) for path, item in snapshots.items() if item is not None]
            files += pool.map(lambda each: self._input(*each), there)
        return Ticket(
            run_id=run.id,
            class_name=run.strategy.class_name,
            config=freqtrade_config(run.spec, run.strategy.class_name, rules_of=manifest.rules_of),
            files=[*files, *self._strategy_files(run)],
            result=self._upload(run, ARCHIVE_NAME, ARCHIVE_TYPE, _MAX_ARCHIVE_BYTES),
            log=None
            if run.strategy.is_closed
            else self._upload(run, LOG_NAME, _LOG_TYPE, _MAX_LOG_BYTES),
            limits=self.limits,
            expires_at=now + _VALID_FOR,
            probe=None if run.spec.probe is None else run.spec.probe.kind,
            loop=run.spec.loop,
            cut_at=None if run.spec.probe is None else run.spec.probe.cut_at,
        )

    def _upload(self, run: BacktestRun, name: str, content_type: str, max_bytes: int) -> Upload:
        put = self.results.sign_create(
            f"{result_prefix(run.owner, run.id, run.claim.epoch)}/{name}",
            valid_for=_VALID_FOR,
            max_bytes=max_bytes,
            content_type=content_type,
        )
        return Upload(url=put.url, headers=put.headers, max_bytes=put.max_bytes)

    def _candles(self, run: BacktestRun, file: CandleFile) -> InputFile:
        whole = self._input(f"data/{file.file_name}", file)
        return whole.model_copy(update={"spans": spans_of(run.spec, file)})

    def _input(self, path: str, item: CandleFile | StoredObject) -> InputFile:
        url = self.candles.sign_get(item.object_name, valid_for=_VALID_FOR)
        return InputFile(path=path, url=url, sha256=item.sha256, size_bytes=item.size_bytes)

    def _strategy_files(self, run: BacktestRun) -> list[InputFile]:
        strategy = run.strategy
        name = code_object(_code_owner(run), strategy.code_hash)
        code = self.codes.read(name)
        files = [
            InputFile(
                path=f"strategies/{strategy.class_name}.py",
                url=self.codes.sign_get(name, valid_for=_VALID_FOR),
                sha256=strategy.code_hash,
                size_bytes=len(code),
            )
        ]
        if strategy.parameters is not None:
            files.append(self._parameter_file(run))
        return files

    def _parameter_file(self, run: BacktestRun) -> InputFile:
        """Freqtrade reads parameters from a file named like the strategy's."""
        strategy = run.strategy
        content = {
            "strategy_name": strategy.class_name,
            "params": strategy.parameters,
            "ft_stratparam_v": 1,
        }
        data = json.dumps(content, sort_keys=True).encode()
        sha256 = sha256_hex(data)
        name = f"{_code_owner(run)}/parameters/{sha256}.json"
        # A conflict is no harm: the object is named by its content, so what is there is the same.
        with suppress(Conflict):
            self.codes.create(name, data, content_type="application/json")
        return InputFile(
            path=f"strategies/{strategy.class_name}.json",
            url=self.codes.sign_get(name, valid_for=_VALID_FOR),
            sha256=sha256,
            size_bytes=len(data),
        )


def _code_owner(run: BacktestRun) -> UserId:
    return run.strategy.code_owner or run.owner
