"""Command line of the hosting emulator."""

from pathlib import Path

from emulators import aio
from emulators.firebase_hosting.config import ConfigError, load
from emulators.firebase_hosting.server import create_app


def main() -> None:
    options = aio.parser("emulators.firebase_hosting", "Serves firebase.json's hosting section.")
    options.add_argument("--config", type=Path, default=Path("firebase.json"))
    options.add_argument(
        "--function", action="append", default=[], metavar="ID=URL", help="repeatable"
    )
    options.add_argument(
        "--connect-to", action="append", default=[], help="origin that pages may call, repeatable"
    )
    options.add_argument("--timeout", type=float, default=60, help="seconds that a function has")
    parsed = options.parse_args()
    functions = dict(each.split("=", 1) for each in parsed.function)
    try:
        config = load(parsed.config)
    except ConfigError as error:
        options.error(str(error))
    missing = sorted(config.functions() - functions.keys())
    if missing:
        options.error(f"No --function given for: {', '.join(missing)}.")
    aio.serve(
        lambda: create_app(
            config, functions, connect_to=parsed.connect_to, timeout_s=parsed.timeout
        ),
        parsed,
    )


if __name__ == "__main__":
    main()
