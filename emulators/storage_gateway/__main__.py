"""Command line of the storage gateway."""

from pathlib import Path

from emulators import aio
from emulators.storage_gateway.policy import Policy
from emulators.storage_gateway.server import Options, create_app


def main() -> None:
    options = aio.parser("emulators.storage_gateway", "Strict gateway before fake-gcs-server.")
    options.add_argument("--backend", required=True, help="URL of fake-gcs-server")
    options.add_argument("--identity", required=True, help="URL of the identity emulator")
    options.add_argument("--policy", type=Path, default=Path(__file__).with_name("policy.json"))
    options.add_argument("--cors-origin", action="append", default=[])
    parsed = options.parse_args()
    app_options = Options(
        backend_url=parsed.backend,
        identity_url=parsed.identity,
        policy=Policy.load(parsed.policy),
        cors_origins=frozenset(parsed.cors_origin),
    )
    aio.serve(lambda: create_app(app_options), parsed)


if __name__ == "__main__":
    main()
