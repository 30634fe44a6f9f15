"""Prints the strategy spec's schema as an OpenAPI document; the web app's types of blocks are held against it."""

import json
import sys

from pydantic.json_schema import models_json_schema

from candlewick.specs.models import StrategySpec


def main() -> int:
    _, schema = models_json_schema(
        [(StrategySpec, "serialization")], ref_template="#/components/schemas/{model}"
    )
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Strategy spec", "version": "1"},
        "paths": {},
        "components": {"schemas": schema["$defs"]},
    }
    sys.stdout.write(json.dumps(document, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
