"""What the job is told by its environment and its arguments, read once."""

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from candlewick.errors import Invalid
from candlewick.pulling.narrowing import add_options, narrowed
from candlewick.pulling.pull import Share
from candlewick.pulling.running import BATCH, Manner
from candlewick.pulling.universe import Universe, read_universe


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One task of a pull."""

    project: str
    bucket: str
    storage_endpoint: str | None
    universe: Universe
    manner: Manner

    @classmethod
    def read(cls, env: Mapping[str, str], arguments: Sequence[str]) -> "Settings":
        """Return the settings; `Invalid` lists every problem."""
        problems = [
            f"{name} is missing"
            for name in ("GOOGLE_CLOUD_PROJECT", "CANDLEWICK_CANDLES_BUCKET", "CANDLEWICK_UNIVERSE")
            if not env.get(name)
        ]
        numbers = {
            "CLOUD_RUN_TASK_INDEX": env.get("CLOUD_RUN_TASK_INDEX", "0"),
            "CLOUD_RUN_TASK_COUNT": env.get("CLOUD_RUN_TASK_COUNT", "1"),
            "CANDLEWICK_PULL_BATCH": env.get("CANDLEWICK_PULL_BATCH", str(BATCH)),
        }
        problems += [
            f"{name} must be a number" for name, text in numbers.items() if not text.isdecimal()
        ]
        url = env.get("CANDLEWICK_EXCHANGE_URL") or None
        if url is not None and urlsplit(url).scheme not in {"http", "https"}:
            problems.append("CANDLEWICK_EXCHANGE_URL must be an http(s) URL")
        if problems:
            raise Invalid("; ".join(problems) + ".")
        index, count, batch = map(int, numbers.values())
        parser = ArgumentParser(prog="market_data_job", description=__doc__)
        add_options(parser)
        return cls(
            project=env["GOOGLE_CLOUD_PROJECT"],
            bucket=env["CANDLEWICK_CANDLES_BUCKET"],
            storage_endpoint=env.get("CANDLEWICK_STORAGE_ENDPOINT") or None,
            universe=narrowed(
                read_universe(env["CANDLEWICK_UNIVERSE"]), parser.parse_args(arguments)
            ),
            manner=Manner(url=url, share=Share(index=index, count=max(1, count)), batch=batch),
        )
