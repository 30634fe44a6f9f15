"""The load balancer sends a path where Firebase Hosting would."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.app import openapi_document
from emulators.firebase_hosting import config
from tests.terraform.configuration import ROOT
from tests.terraform.planning import Plan

pytestmark = pytest.mark.xdist_group("terraform")

URL_MAP = ("google_compute_url_map", "front", "this")
DOCUMENT: Any = openapi_document()
PATHS = [
    *DOCUMENT["paths"],
    *("/", "/app.html", "/assets/a.js", "/sign-in/google", "/__/firebase/init.json", "/apis"),
    *(
        "/api/openapi.json",
        "/api/openapi.json/x",
        "/api/v1",
        "/api/v1/",
        "/api/v2/me",
        "/api/x/y/z",
    ),
    *("/api/v1/me", "/api/v1/me/", "/api/v1/mean", "/api/v1/me/tokens/t", "/api/v1/backtests-x"),
]


def rules(plan: Plan) -> list[dict[str, Any]]:
    (matcher,) = plan.one(*URL_MAP)["path_matcher"]
    found: list[dict[str, Any]] = matcher["path_rule"]
    return found


def by_the_load_balancer(plan: Plan, path: str) -> str:
    """Return which backend answers: the longest of the paths that fit, `/*` at the end taking the rest."""
    fitting = [
        (len(pattern), rule["service"].rpartition("/")[2])
        for rule in rules(plan)
        for pattern in rule["paths"]
        if path == pattern or (pattern.endswith("/*") and path.startswith(pattern[:-1]))
    ]
    return max(fitting, default=(0, "hosting"))[1]


def by_hosting(path: str) -> str:
    rewrite = config.load(ROOT / "firebase.json").rewrite_of(path)
    function = None if rewrite is None else rewrite.function
    return "hosting" if function is None else function.replace("_", "-")


def findings(plan: Plan) -> Iterator[str]:
    for path in PATHS:
        ours, theirs = by_the_load_balancer(plan, path), by_hosting(path)
        if ours != theirs:
            yield f"{path}: {ours} by the load balancer, {theirs} by Hosting"


def test_every_path_goes_where_hosting_sends_it(prod: Plan) -> None:
    assert list(findings(prod)) == []
    assert {by_hosting(path) for path in PATHS} == {
        *(
            "auth",
            "strategies",
            "backtests",
            "market-data",
            "bots",
            "credentials",
            "assistant",
            "marketplace",
            "hosting",
        )
    }


def test_a_rule_that_is_missing_is_noticed(prod: Plan) -> None:
    (matcher,) = prod.one(*URL_MAP)["path_matcher"]
    for index in range(len(rules(prod))):
        fewer = [rule for number, rule in enumerate(rules(prod)) if number != index]
        broken = prod.changed(*URL_MAP, path_matcher=[{**matcher, "path_rule": fewer}])
        assert list(findings(broken))


def test_without_a_domain_there_is_no_load_balancer(dev: Plan) -> None:
    types = {item.type for item in dev.resources}

    assert not {name for name in types if "forwarding_rule" in name or "backend_service" in name}
    assert "google_compute_security_policy" not in types


def test_every_region_stands_behind_every_public_function(prod: Plan) -> None:
    for item in prod.of("google_compute_backend_service", "functions"):
        assert len(item.values["backend"]) == 2
        assert item.values["outlier_detection"]


def test_plain_http_is_sent_on(prod: Plan) -> None:
    (redirect,) = prod.one("google_compute_url_map", "redirect", "this")["default_url_redirect"]
    policy = prod.one("google_compute_ssl_policy", "front", "this")

    assert redirect["https_redirect"] is True
    assert policy["min_tls_version"] == "TLS_1_2"
