"""What Firestore knows about who looks at a listing."""

from datetime import timedelta

import pytest
from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.marketplace.access import Viewer
from candlewick.marketplace.members import member_of
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.viewers import FirestoreCircumstances
from tests.contracts.stores import ON_FIRESTORE
from tests.fakes import START

pytestmark = list(ON_FIRESTORE)
L1 = ListingId("viewed")


@pytest.fixture
def found(client: firestore.Client) -> FirestoreCircumstances:
    return FirestoreCircumstances(client=client, now=lambda: START)


def test_a_stranger_is_nothing_special(found: FirestoreCircumstances, owner: UserId) -> None:
    assert found.viewer(L1, owner) == Viewer(user=owner)
    assert found.viewer(L1, None) == Viewer(user=None)


def test_each_document_says_one_thing(
    client: firestore.Client, found: FirestoreCircumstances, owner: UserId
) -> None:
    said = {
        f"listings/{L1}/members/{member_of(L1, owner)}": "is_member",
        f"entitlements/{L1}:{owner}": "is_entitled",
        f"moderators/{owner}": "is_moderator",
        f"listings/{L1}/watchers/{owner}": "is_watching",
    }
    for path, name in said.items():
        client.document(path).set({"at": START})
        assert found.viewer(L1, owner) == Viewer(user=owner, **{name: True})
        client.document(path).delete()


def test_who_has_run_it_is_a_user_and_who_forked_it_is_not(
    client: firestore.Client, found: FirestoreCircumstances, owner: UserId
) -> None:
    place = client.document(f"users/{owner}/uses/{L1}")

    place.set({"listing": L1, "version": 1, "forkedAt": START})
    assert not found.viewer(L1, owner).is_user
    place.update({"ranAt": START})
    assert found.viewer(L1, owner).is_user


def test_an_entitlement_ends(
    client: firestore.Client, found: FirestoreCircumstances, owner: UserId
) -> None:
    place = client.document(f"entitlements/{L1}:{owner}")

    place.set({"until": START + timedelta(seconds=1)})
    assert found.viewer(L1, owner).is_entitled
    place.set({"until": START})
    assert not found.viewer(L1, owner).is_entitled
