"""What the API's routes may use, and how a route gets at it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from flask import current_app

from api.marketplace.services import Marketplace
from candlewick.accounts.google import GoogleSignIn
from candlewick.accounts.models import Caller, UserId
from candlewick.accounts.service import AccountService
from candlewick.accounts.standing import StandingCheck
from candlewick.assistant.service import AssistantService
from candlewick.backtests.plot_store import PlotStore
from candlewick.backtests.service import BacktestService
from candlewick.bots.comparing import BotComparer
from candlewick.bots.service import BotService
from candlewick.bots.signals import SignalDesk
from candlewick.exchange_keys.service import ExchangeKeyService
from candlewick.market_data.store import CandleStore
from candlewick.objects import ObjectStore
from candlewick.shares.service import ShareService
from candlewick.strategies.drafts import DraftService
from candlewick.strategies.parameter_sets import ParameterSetService
from candlewick.strategies.service import StrategyService
from candlewick.trust.service import TrustService

_EXTENSION = "candlewick"


class Limiter(Protocol):
    """Raises `RateLimited` when `owner` does `action` too often."""

    def check(self, owner: UserId, action: str) -> None: ...


class FloodGate(Protocol):
    """Raises `RateLimited` when one source floods this instance."""

    def check(self, key: str) -> None: ...


class Sessions(Protocol):
    """Firebase sign-ins."""

    def verify(self, id_token: str, *, check_revoked: bool) -> Caller: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything. `google` is None where signing in with Google is not set up."""

    accounts: AccountService
    strategies: StrategyService
    drafts: DraftService
    parameter_sets: ParameterSetService
    backtests: BacktestService
    shares: ShareService
    trust: TrustService
    bots: BotService
    comparer: BotComparer
    signals: SignalDesk
    exchange_keys: ExchangeKeyService
    assistant: AssistantService
    marketplace: Marketplace
    candles: CandleStore
    results: ObjectStore
    plots: PlotStore
    sessions: Sessions
    standings: StandingCheck
    google: GoogleSignIn | None
    limiter: Limiter
    flood_gate: FloodGate
    sign_in_gate: FloodGate
    visitor_gate: FloodGate
    allowed_origins: frozenset[str]
    now: Callable[[], datetime]


def attach(services: Services) -> dict[str, Services]:
    return {_EXTENSION: services}


def services() -> Services:
    """Return the services of the app that handles the current request."""
    return cast("Services", current_app.extensions[_EXTENSION])  # attached by create_app
