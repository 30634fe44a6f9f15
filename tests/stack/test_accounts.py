"""Accounts on the real Auth emulator: sessions, API tokens, export and erasure."""

import time
from collections.abc import Callable, Iterator

import firebase_admin
import httpx
import pytest
from firebase_admin import auth
from google.cloud import firestore

from candlewick.cli.api import Api, ApiProblem
from candlewick.errors import Unauthenticated
from emulators.stack.supervisor import Stack
from tests.stack.conftest import User
from tests.stack.strategies import HONEST

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]


@pytest.fixture
def admin(stack: Stack) -> Iterator[firebase_admin.App]:
    options = {"projectId": stack.env["GOOGLE_CLOUD_PROJECT"]}
    app = firebase_admin.initialize_app(options=options, name="test-admin")
    yield app
    firebase_admin.delete_app(app)


def test_the_profile_is_made_at_the_first_call(user: User) -> None:
    first, second = user.api.get("/me"), user.api.get("/me")

    assert first == second
    assert first["email"] == user.email


def test_a_revoked_session_can_change_nothing(user: User, admin: firebase_admin.App) -> None:
    uid = user.api.get("/me")["id"]
    time.sleep(1.1)  # revocation counts in whole seconds
    auth.revoke_refresh_tokens(uid, admin)

    refused = user.api.http.post("/strategies", json={"name": "late"})
    again = user.sign_in_again()

    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert "revoked" in refused.json()["detail"]
    assert again.post("/strategies", {"name": "after signing in again"})["name"]
    again.http.close()


def test_a_disabled_account_can_change_nothing(user: User, admin: firebase_admin.App) -> None:
    uid = user.api.get("/me")["id"]
    auth.update_user(uid, disabled=True, app=admin)

    refused = user.api.http.post("/strategies", json={"name": "late"})

    assert (refused.status_code, refused.json()["code"]) == (403, "account_suspended")
    with pytest.raises(Unauthenticated, match="suspended"):
        user.sign_in_again()


def test_an_api_token_works_until_it_is_revoked(user: User, stack: Stack) -> None:
    created = user.api.post("/me/tokens", {"name": "bot", "scopes": ["read", "strategies"]})
    holder = Api.at(stack.urls["hosting"], created["token"])
    holder.post("/strategies", {"name": "by token"})

    user.api.http.delete(f"/me/tokens/{created['details']['id']}").raise_for_status()

    refused = holder.http.get("/strategies")
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    holder.http.close()


def test_an_api_token_reaches_no_further_than_its_scopes(user: User, stack: Stack) -> None:
    created = user.api.post("/me/tokens", {"name": "reader", "scopes": ["read"]})
    holder = Api.at(stack.urls["hosting"], created["token"])

    statuses = [
        holder.http.post("/strategies", json={"name": "no"}).status_code,
        holder.http.post("/me/tokens", json={"name": "no", "scopes": ["read"]}).status_code,
        holder.http.delete("/me").status_code,
    ]

    assert statuses == [403, 403, 403]
    assert holder.get("/strategies")["items"] == []
    holder.http.close()


def test_an_erased_account_leaves_nothing_behind(
    new_user: Callable[[], User], stack: Stack, database: firestore.Client
) -> None:
    user = new_user()
    token = user.api.post("/me/tokens", {"name": "t", "scopes": ["read"]})["token"]
    run_id = user.submit(HONEST)
    user.wait(run_id)
    uid = user.api.get("/me")["id"]
    exported = user.api.get("/me/export")
    urls = [item["url"] for item in user.api.get(f"/backtests/{run_id}/downloads")["items"]]

    user.api.http.delete("/me").raise_for_status()

    assert run_id in exported["data"]["runs"]
    assert token.split("_", 2)[2] not in str(exported)
    assert not database.document("users", uid).get().exists
    assert list(database.document("users", uid).collections()) == []
    assert {httpx.get(url).status_code for url in urls} == {404}
    assert user.api.http.post("/strategies", json={"name": "ghost"}).status_code == 401
    holder = Api.at(stack.urls["hosting"], token)
    with pytest.raises(ApiProblem, match="unknown, expired or revoked"):
        holder.get("/me")
    holder.http.close()
    with pytest.raises(Unauthenticated):
        user.sign_in_again()
