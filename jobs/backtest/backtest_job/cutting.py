"""Cuts the candles before the child sees them: a truncated run must not be able to read on."""

from pathlib import Path

from candlewick.backtests.wire import Ticket


def cut_inputs(ticket: Ticket, inputs: Path) -> None:
    """Write each candle file anew with what is known at the ticket's moment; nothing where it names none."""
    if ticket.cut_at is None:
        return
    # Here: no other run needs pandas in this process.
    from candlewick.market_data import feather  # noqa: PLC0415
    from candlewick.market_data.cutting import cut_frame, cut_rates  # noqa: PLC0415
    from candlewick.market_data.timeframes import duration  # noqa: PLC0415

    base = duration(str(ticket.config["timeframe"]))
    for file in (inputs / "data").rglob("*.feather"):
        frame = feather.read(file.read_bytes())
        _, timeframe, *kind = file.stem.split("-")
        if kind and kind[0] in {"mark", "funding_rate"}:
            kept = cut_rates(frame, ticket.cut_at)
        else:
            kept = cut_frame(frame, duration(timeframe), base, ticket.cut_at)
        file.write_bytes(feather.write(kept))
