"""Takes the next step of a bot's operation: the service is made, brought up to date, or deleted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from candlewick.accounts.models import UserId, hash_secret
from candlewick.bots.bot_token import BotToken
from candlewick.bots.models import Bot, BotId, Cell, OperationKind
from candlewick.bots.ports import BotServices, BotStore, ServiceSpec
from candlewick.errors import NotFound, Unavailable
from candlewick.log import current_trace, logger

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotOperator:
    """Steps are idempotent: a task delivered twice, or after a crash in the middle, ends in the same state."""

    bots: BotStore
    services: BotServices
    cells: Mapping[str, Cell]
    image: str
    events_url: str
    now: Callable[[], datetime]
    new_secret: Callable[[], str]

    def take_step(self, owner: UserId, bot_id: BotId, number: int) -> bool:
        """Do what the bot's operation asks for; return whether anything was to do. `Unavailable`: try again."""
        bot = self.bots.get(owner, bot_id)
        if bot is None or bot.operation.number != number:
            return False
        if bot.operation.kind is OperationKind.STARTING:
            return self._start(bot)
        if bot.operation.kind is OperationKind.DELETING:
            return self._delete(bot)
        return False

    def _start(self, bot: Bot) -> bool:
        secret, now, number = self.new_secret(), self.now(), bot.operation.number

        def issue(found: Bot) -> Bot | None:
            if not _is_at(found, OperationKind.STARTING, number):
                return None
            return found.with_token(hash_secret(secret), now)

        issued = self._change(bot, issue)
        if issued is None:
            return False
        token = BotToken(owner=bot.owner, bot_id=bot.id, number=issued.tokens_issued, secret=secret)
        try:
            self.services.start(self._spec(issued, token))
        except Unavailable as error:
            self._note(issued, str(error))
            raise

        def finish(found: Bot) -> Bot | None:
            if not _is_at(found, OperationKind.STARTING, number):
                return None
            return found.deployed(self.now())

        done = self._change(issued, finish)
        facts = {"bot_id": bot.id, "revision": issued.revision, "user_class": bot.user_class}
        log.info("bot service asked for", extra={**facts, "cell": issued.cell})
        return done is not None

    def _delete(self, bot: Bot) -> bool:
        number = bot.operation.number
        if bot.cell in self.cells:
            self.services.delete(bot.id, self.cells[bot.cell])

        def finish(found: Bot) -> Bot | None:
            if not _is_at(found, OperationKind.DELETING, number):
                return None
            return found.settled(self.now())

        done = self._change(bot, finish)
        log.info("bot service deleted", extra={"bot_id": bot.id, "user_class": bot.user_class})
        return done is not None

    def _spec(self, bot: Bot, token: BotToken) -> ServiceSpec:
        trace = current_trace()
        header = (trace.header() if trace else None) or ""
        env = {
            "CANDLEWICK_BOT_EVENTS_URL": self.events_url,
            "CANDLEWICK_BOT_TOKEN": token.text(),
            "CANDLEWICK_BOT_ID": bot.id,
            "CANDLEWICK_USER_CLASS": bot.user_class.value,
            **({"CANDLEWICK_TRACEPARENT": header} if header else {}),
        }
        return ServiceSpec(
            bot_id=bot.id,
            owner_class=bot.user_class,
            revision=bot.revision,
            env=env,
            image=self.image,
            cell=self._cell(bot),
        )

    def _cell(self, bot: Bot) -> Cell:
        if bot.cell not in self.cells:
            raise Unavailable(f"The cell {bot.cell} of this bot is not set up any more.")
        return self.cells[bot.cell]

    def _note(self, bot: Bot, error: str) -> None:
        number = bot.operation.number

        def decide(found: Bot) -> Bot | None:
            if not _is_at(found, OperationKind.STARTING, number):
                return None
            return replace(found, operation=replace(found.operation, error=error))

        self._change(bot, decide)

    def _change(self, bot: Bot, decide: Callable[[Bot], Bot | None]) -> Bot | None:
        try:
            return self.bots.change(bot.owner, bot.id, decide)
        except NotFound:
            return None  # deleted in between: nothing is left to do


def _is_at(bot: Bot, kind: OperationKind, number: int) -> bool:
    return bot.operation.kind is kind and bot.operation.number == number
