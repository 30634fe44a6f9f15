"""Command line of the hosting emulator."""

from pathlib import Path

from emulators import aio
from emulators.firebase_hosting.config import ConfigError, load
from emulators.firebase_hosting.server import FirebaseProject, create_app


def main() -> None:
    options = aio.parser("emulators.firebase_hosting", "Serves firebase.json's hosting section.")
    options.add_argument("--config", type=Path, default=Path("firebase.json"))
    options.add_argument(
        "--function", action="append", default=[], metavar="ID=URL", help="repeatable"
    )
    options.add_argument(
        "--connect-to", action="append", default=[], help="origin that pages may call, repeatable"
    )
    options.add_argument(
        "--firebase", action="append", default=[], metavar="NAME=VALUE", help="setting, repeatable"
    )
    options.add_argument(
        "--emulator", action="append", default=[], metavar="PRODUCT=HOST:PORT", help="repeatable"
    )
    options.add_argument("--timeout", type=float, default=60, help="seconds that a function has")
    parsed = options.parse_args()
    functions = _pairs(parsed.function)
    try:
        config = load(parsed.config)
    except ConfigError as error:
        options.error(str(error))
    missing = sorted(config.functions() - functions.keys())
    if missing:
        options.error(f"No --function given for: {', '.join(missing)}.")
    project = FirebaseProject(
        settings=_pairs(parsed.firebase), emulator_hosts=_pairs(parsed.emulator)
    )
    aio.serve(
        lambda: create_app(
            config,
            functions,
            connect_to=parsed.connect_to,
            project=project,
            timeout_s=parsed.timeout,
        ),
        parsed,
    )


def _pairs(texts: list[str]) -> dict[str, str]:
    return dict(text.split("=", 1) for text in texts)


if __name__ == "__main__":
    main()
