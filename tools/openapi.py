"""Prints the API's OpenAPI document; the web app's types are made from it."""

import json
import sys

from api.app import openapi_document


def main() -> int:
    sys.stdout.write(json.dumps(openapi_document(), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
