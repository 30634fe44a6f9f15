"""The exchanges that bots may trade at, as data: `CANDLEWICK_VENUES`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from candlewick.bots.models import Cell
from candlewick.bots.wire import Mode, Venue
from candlewick.errors import Invalid


class VenueEntry(BaseModel):
    """An exchange.

    Attributes:
        exchange: ccxt's name of it.
        url: where its REST interface is.
        candles: the exchange of the candle store whose markets are its own, if there is one.
        speed: seconds of its clock per second, where it replays history.
        modes: what bots may do there.
        is_simulated: shown wherever the venue is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    exchange: str = "binance"
    url: Annotated[str, Field(pattern=r"^https?://")]
    candles: str | None = None
    speed: float | None = None
    modes: tuple[Mode, ...] = (Mode.PAPER, Mode.LIVE, Mode.SIGNALS)
    is_simulated: bool = False


_ENTRIES: TypeAdapter[dict[str, VenueEntry]] = TypeAdapter(dict[str, VenueEntry])
_CELLS: TypeAdapter[list[Cell]] = TypeAdapter(list[Cell])
BINANCE = VenueEntry(title="Binance", url="https://api.binance.com", candles="binance")


@dataclass(frozen=True, slots=True)
class Venues:
    """The catalogue by the venues' ids."""

    entries: Mapping[str, VenueEntry]

    def entry(self, venue: str) -> VenueEntry:
        """Return an entry; `Invalid` names those that there are."""
        if venue not in self.entries:
            known = ", ".join(sorted(self.entries)) or "none"
            raise Invalid(f"There is no venue {venue}; there are: {known}.")
        return self.entries[venue]

    def venue(self, venue: str) -> Venue:
        """Return what a bot is told of a venue."""
        entry = self.entry(venue)
        return Venue(exchange=entry.exchange, url=entry.url, speed=entry.speed)


def read_venues(text: str | None) -> Venues:
    """Read the setting, a JSON object of entries by id; Binance alone when there is none."""
    return Venues({"binance": BINANCE} if text is None else _ENTRIES.validate_json(text))


def read_cells(text: str | None, project: str, region: str) -> tuple[Cell, ...]:
    """Read the setting, a JSON array of cells; the function's own project and region when there is none."""
    if text is None:
        return (Cell(name=region, project=project, region=region),)
    return tuple(_CELLS.validate_json(text))
