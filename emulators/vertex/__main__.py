"""Command line of the Vertex AI emulator."""

from emulators import aio
from emulators.vertex.server import create_app


def main() -> None:
    options = aio.parser("emulators.vertex", "Gemini on Vertex AI, scripted.")
    aio.serve(create_app, options.parse_args())


if __name__ == "__main__":
    main()
