"""The part of the world that live bots and exchange keys need."""

from typing import TYPE_CHECKING

from candlewick.alerts.models import Channel
from candlewick.bots.comparing import BotComparer
from candlewick.bots.events import BotEvents
from candlewick.bots.key_use import BotsWithKey
from candlewick.bots.models import Bot
from candlewick.bots.operations import BotOperator
from candlewick.bots.plans import PlanOffice
from candlewick.bots.reconcile import BotReconciler
from candlewick.bots.requests import CommandSender
from candlewick.bots.service import BotService
from candlewick.bots.settings_changes import SettingsDesk
from candlewick.bots.signals import SignalDesk
from candlewick.bots.telling import AlertDesk
from candlewick.bots.verified import StrategyDesk
from candlewick.bots.wire import ClosedTrade
from candlewick.exchange_keys.envelope import Envelope
from candlewick.exchange_keys.service import ExchangeKeyService, KeyDesk
from candlewick.strategies.models import code_object
from tests.bot_factories import CELL, HOSTS, IMAGE, VENUES
from tests.bot_fakes import (
    FakeChecker,
    RecordingSender,
    RecordingServiceQueue,
    RecordingServices,
    RecordingTeller,
    XorWrapper,
)
from tests.factories import CODE
from tests.in_memory_bots import (
    BotDatabase,
    InMemoryBots,
    InMemoryJournal,
    InMemoryKeys,
    InMemoryLeases,
    InMemoryStates,
)
from tests.in_memory_histories import InMemoryHistories

if TYPE_CHECKING:
    from tests.world import World

BOT_EVENTS_URL = "https://bot-events.example.org"


class BotWorld:
    """Everything over fakes; the platform's address is 192.0.2.1 and there is room for two bots."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.db = BotDatabase(world.clock)
        self.bots, self.leases = InMemoryBots(self.db), InMemoryLeases(self.db)
        self.journal, self.keys = InMemoryJournal(self.db), InMemoryKeys(self.db)
        self.states, self.services = InMemoryStates(), RecordingServices()
        self.queue, self.teller = RecordingServiceQueue(), RecordingTeller()
        self.wrapper, self.checker = XorWrapper(), FakeChecker()
        self.keys_per_minute = 20
        self.senders = {channel: RecordingSender() for channel in Channel}

    def service(self) -> BotService:
        world = self.world
        commands = CommandSender(bots=self.bots, now=world.clock)
        return BotService(
            bots=self.bots,
            journal=self.journal,
            histories=InMemoryHistories(self.db),
            states=self.states,
            keys=self.keys,
            desk=StrategyDesk(versions=world.strategy_service(), runs=world.runs),
            commands=commands,
            settings=SettingsDesk(bots=self.bots, commands=commands, now=world.clock),
            queue=self.queue,
            venues=VENUES,
            cells=(CELL,),
            check_address=HOSTS.place,
            now=world.clock,
            new_id=world.new_id,
        )

    def comparer(self) -> BotComparer:
        world = self.world
        return BotComparer(
            bots=self.bots,
            histories=InMemoryHistories(self.db),
            journal=self.journal,
            venues=VENUES,
            catalogue=world.catalogue,
            runs=world.runs,
            results=world.results,
        )

    def signals(self) -> SignalDesk:
        world = self.world
        return SignalDesk(
            bots=self.bots,
            commands=CommandSender(bots=self.bots, now=world.clock),
            now=world.clock,
            new_id=world.new_id,
            new_secret=world.new_secret,
        )

    def exchange_keys(self) -> ExchangeKeyService:
        return ExchangeKeyService(
            keys=self.keys,
            envelope=Envelope(self.wrapper),
            checker=self.checker,
            venues=VENUES,
            use=BotsWithKey(self.bots),
            addresses=("192.0.2.1",),
            now=self.world.clock,
            new_id=self.world.new_id,
        )

    def vault(self) -> KeyDesk:
        return KeyDesk(
            keys=self.keys,
            envelope=Envelope(self.wrapper),
            checker=self.checker,
            venues=VENUES,
            now=self.world.clock,
        )

    def events(self) -> BotEvents:
        world = self.world
        plans = PlanOffice(
            venues=VENUES, catalogue=world.catalogue, candles=world.candles, codes=world.codes
        )
        return BotEvents(
            bots=self.bots,
            leases=self.leases,
            journal_store=self.journal,
            states=self.states,
            vault=self.vault(),
            plans=plans,
            queue=self.queue,
            teller=self.teller,
            now=world.clock,
            keys_per_minute=self.keys_per_minute,
        )

    def operator(self) -> BotOperator:
        return BotOperator(
            bots=self.bots,
            services=self.services,
            cells={CELL.name: CELL},
            image=IMAGE,
            events_url=BOT_EVENTS_URL,
            now=self.world.clock,
            new_secret=self.world.new_secret,
        )

    def alert_desk(self) -> AlertDesk:
        senders = {channel: self.senders[channel] for channel in Channel}
        return AlertDesk(bots=self.bots, senders=senders, site="https://app.example.org")

    def reconciler(self) -> BotReconciler:
        return BotReconciler(
            bots=self.bots,
            services=self.services,
            queue=self.queue,
            teller=self.teller,
            cells={CELL.name: CELL},
            now=self.world.clock,
        )

    def put(self, bot: Bot) -> Bot:
        """Store a bot as if it had come this far, with the code that it runs."""
        self.world.codes.stored[code_object(bot.owner, bot.strategy.code_hash)] = CODE.encode()
        self.db.bots[bot.owner, bot.id] = bot
        return bot

    def traded(self, bot: Bot, *trades: ClosedTrade) -> None:
        """Store trades that a bot has closed."""
        stored = self.db.trades.setdefault((bot.owner, bot.id), {})
        stored.update({trade.number: trade for trade in trades})

    def work(self) -> int:
        """Deliver every task that was sent, once; return how many did something."""
        operator, tasks = self.operator(), list(self.queue.sent)
        self.queue.sent.clear()
        return sum(operator.take_step(task.owner, task.bot_id, task.number) for task in tasks)
