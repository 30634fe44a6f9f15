"""The API document says what the API does, and the API does what the document says."""

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import BLUEPRINTS, create_app, openapi_document
from tests.functions.operation import Key
from tests.functions.operations import OPERATIONS, call
from tests.world import World, bearer

PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EVERY = pytest.mark.parametrize("key", OPERATIONS, ids=[f"{m} {p}" for m, p in OPERATIONS])
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


@pytest.fixture(scope="module")
def described() -> Any:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", World().api_app)


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_the_validator_would_notice_a_broken_document(document: dict[str, Any]) -> None:
    broken = {**document, "paths": {"/x": {"get": {"responses": {"200": {"content": 5}}}}}}

    with pytest.raises(OpenAPIValidationError):
        OpenAPIV31SpecValidator(broken).validate()


def test_every_route_of_every_function_is_in_the_document(document: dict[str, Any]) -> None:
    documented = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }

    served: set[tuple[str, str]] = set()
    for blueprints in BLUEPRINTS.values():
        app = create_app(blueprints, World().services())
        for rule in app.url_map.iter_rules():
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            served |= {(method, path) for method in (rule.methods or set()) & _METHODS}

    pages = {route for route in served if route[1].startswith("/s/")}
    assert served - pages - {("GET", "/api/openapi.json")} == documented


def test_every_operation_names_itself_its_errors_and_its_sign_in(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], (method, path)
            known = OPERATIONS[method, path]
            bearer: dict[str, list[str]] = {"bearer": []}
            wanted = None if known.public else [{}, bearer] if known.anybody else [bearer]
            assert operation.get("security") == wanted, (method, path)
            problems = {status for status in operation["responses"] if status >= "400"}
            assert {"401", "403", "404", "409", "413", "422", "429", "503"} <= problems


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
    ]

    assert len(ids) == len(set(ids))


@EVERY
def test_a_rightful_answer_is_what_the_document_says(
    world: World, described: Any, key: Key
) -> None:
    method, path = key

    response = call(world, key, OPERATIONS[key], lambda world: world.alice)

    described[path][method].validate_response(response)


@EVERY
def test_whatever_a_client_may_send_is_answered_as_documented(
    world: World, described: Any, key: Key
) -> None:
    method, path = key
    assert described.app is world.api_app  # from now on with this world behind it

    @given(case=described[path][method].as_strategy())
    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def explore(case: Any) -> None:
        case.call_and_validate(headers=bearer(world.alice), checks=PROMISES)

    explore()
