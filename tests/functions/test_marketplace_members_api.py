"""Private listings: who is let in, and by what."""

import pytest

from candlewick.marketplace.members import MAX_MEMBERS
from candlewick.marketplace.models import Visibility
from tests.functions.answers import JsonObject, ok, problem
from tests.marketplace_factories import a_listing
from tests.world import World

MARKET = "/api/v1/marketplace"
LISTING = f"{MARKET}/listings/l1"


@pytest.fixture(autouse=True)
def private(world: World) -> None:
    world.marketplace.put(a_listing(visibility=Visibility.PRIVATE))


def invited(world: World, note: str = "for Bob") -> JsonObject:
    return ok(world.api(world.alice).post(f"{LISTING}/invitations", json={"note": note}), 201)


def accept(world: World, token: str, credential: str | None = None) -> JsonObject:
    return ok(world.api(credential or world.bob).post(f"{MARKET}/invitations/{token}"))


def test_an_invitation_lets_somebody_see_and_run_a_private_listing(world: World) -> None:
    problem(world.api(world.bob).get(LISTING), 404, "not_found")

    listing = accept(world, invited(world)["token"])

    assert listing["id"] == "l1"
    assert {"see", "run", "read_code"} <= set(listing["rights"])
    assert ok(world.api(world.bob).get(LISTING))["id"] == "l1"
    problem(world.api().get(LISTING), 404, "not_found")


def test_the_author_is_told_the_note_and_never_the_account(world: World) -> None:
    token = invited(world)["token"]
    assert [
        each["note"] for each in ok(world.api(world.alice).get(f"{LISTING}/members"))["invitations"]
    ] == ["for Bob"]

    accept(world, token)

    response = world.api(world.alice).get(f"{LISTING}/members")
    assert [each["note"] for each in ok(response)["items"]] == ["for Bob"]
    assert ok(response)["invitations"] == []
    assert "bob" not in response.text


def test_a_link_lets_nobody_else_in(world: World) -> None:
    token = invited(world)["token"]
    accept(world, token)
    carol = world.sessions.sign_in("carol")

    problem(world.api(carol).post(f"{MARKET}/invitations/{token}"), 404, "not_found")

    assert accept(world, token)["id"] == "l1"


def test_who_is_removed_sees_it_no_longer(world: World) -> None:
    token = invited(world)["token"]
    accept(world, token)
    (member,) = ok(world.api(world.alice).get(f"{LISTING}/members"))["items"]

    assert world.api(world.alice).delete(f"{LISTING}/members/{member['id']}").status_code == 204

    problem(world.api(world.bob).get(LISTING), 404, "not_found")
    problem(world.api(world.bob).post(f"{MARKET}/invitations/{token}"), 404, "not_found")
    problem(world.api(world.alice).delete(f"{LISTING}/members/{member['id']}"), 404, "not_found")


def test_an_invitation_that_is_taken_back_is_gone(world: World) -> None:
    token = invited(world)["token"]

    assert world.api(world.alice).delete(f"{LISTING}/invitations/{token}").status_code == 204

    problem(world.api(world.bob).post(f"{MARKET}/invitations/{token}"), 404, "not_found")
    problem(world.api(world.alice).delete(f"{LISTING}/invitations/{token}"), 404, "not_found")


def test_authors_do_not_invite_themselves(world: World) -> None:
    token = invited(world)["token"]

    problem(world.api(world.alice).post(f"{MARKET}/invitations/{token}"), 409, "conflict")


def test_members_do_not_manage_members(world: World) -> None:
    accept(world, invited(world)["token"])
    client = world.api(world.bob)

    problem(client.get(f"{LISTING}/members"), 403, "forbidden")
    problem(client.post(f"{LISTING}/invitations", json={}), 403, "forbidden")


def test_there_is_room_for_so_many(world: World) -> None:
    for _ in range(MAX_MEMBERS):
        invited(world)

    response = world.api(world.alice).post(f"{LISTING}/invitations", json={})

    problem(response, 429, "quota_exceeded")
