"""Accounts, API tokens and the user's whole subtree in Firestore.

users/{uid}                          Account
users/{uid}/…                        all that the user owns
apiTokens/{tokenId}                  ApiToken; found by its id alone, hence not below the user
suspensions/{uid}                    {since}: an operator closed the account
erasures/{uid}                       {againAt}: an erased account, swept once more then
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import Account, ApiToken, Standing, UserId
from candlewick.errors import NotFound
from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import run_transaction


@dataclass(frozen=True, slots=True)
class FirestoreAccountStore:
    client: firestore.Client

    def get(self, owner: UserId) -> Account | None:
        found = self._account(owner).get()
        return from_document(found.to_dict() or {}, Account) if found.exists else None

    def add_if_missing(self, account: Account) -> Account:
        reference = self._account(account.id)

        def work(transaction: firestore.Transaction) -> Account:
            found = reference.get(transaction=transaction)
            if found.exists:
                return from_document(found.to_dict() or {}, Account)
            transaction.set(reference, to_document(account))
            return account

        return run_transaction(self.client, work, lane=account.id)

    def set_display_name(self, owner: UserId, name: str) -> None:
        self._account(owner).update({"displayName": name})

    def standing(self, owner: UserId) -> Standing:
        erasure, suspension = self._erasure(owner), self.client.document("suspensions", owner)
        found = {item.reference.parent.id: item.exists for item in self.client.get_all([erasure, suspension])}  # fmt: skip
        if found["erasures"]:
            return Standing.ERASED
        return Standing.SUSPENDED if found["suspensions"] else Standing.ACTIVE

    def mark_erased(self, owner: UserId, *, again_at: datetime) -> None:
        self._erasure(owner).set({"againAt": again_at})

    def due_erasures(self, now: datetime) -> Sequence[UserId]:
        due = self.client.collection("erasures").where(filter=FieldFilter("againAt", "<=", now))
        return [UserId(found.id) for found in due.limit(50).stream()]

    def finish_erasure(self, owner: UserId) -> None:
        self._erasure(owner).update({"againAt": None})

    def _account(self, owner: UserId) -> firestore.DocumentReference:
        return self.client.document("users", owner)

    def _erasure(self, owner: UserId) -> firestore.DocumentReference:
        return self.client.document("erasures", owner)


@dataclass(frozen=True, slots=True)
class FirestoreTokenStore:
    client: firestore.Client

    def add(self, token: ApiToken, *, limit: int) -> bool:
        """Store a token unless the user has `limit` that are not revoked."""
        reference = self._tokens().document(token.id)

        def work(transaction: firestore.Transaction) -> bool:
            active = [
                item for item in self._owned(token.owner, transaction) if item.revoked_at is None
            ]
            if len(active) >= limit:
                return False
            transaction.create(reference, to_document(token))
            return True

        return run_transaction(self.client, work, lane=token.owner)

    def find(self, token_id: str) -> ApiToken | None:
        found = self._tokens().document(token_id).get()
        return from_document(found.to_dict() or {}, ApiToken) if found.exists else None

    def list(self, owner: UserId) -> Sequence[ApiToken]:
        return sorted(self._owned(owner), key=lambda token: token.created_at, reverse=True)

    def revoke(self, owner: UserId, token_id: str, now: datetime) -> bool:
        reference = self._tokens().document(token_id)

        def work(transaction: firestore.Transaction) -> bool:
            found = reference.get(transaction=transaction)
            token = from_document(found.to_dict() or {}, ApiToken) if found.exists else None
            if token is None or token.owner != owner:
                return False
            transaction.set(reference, to_document(token.revoked(now)))
            return True

        return run_transaction(self.client, work, lane=owner)

    def _tokens(self) -> firestore.CollectionReference:
        return self.client.collection("apiTokens")

    def _owned(
        self, owner: UserId, transaction: firestore.Transaction | None = None
    ) -> Iterator[ApiToken]:
        owned = self._tokens().where(filter=FieldFilter("owner", "==", owner))
        for found in owned.stream(transaction=transaction):
            yield from_document(found.to_dict() or {}, ApiToken)


@dataclass(frozen=True, slots=True)
class FirestoreHolding:
    """`Holding` over the user's document, everything below it, and their API tokens."""

    client: firestore.Client

    def export(self, owner: UserId) -> Mapping[str, object]:
        user = self.client.document("users", owner)
        found = user.get()
        if not found.exists:
            raise NotFound("There is no such account.")
        tokens = [to_document(token) for token in FirestoreTokenStore(self.client).list(owner)]
        for token in tokens:
            del token["secretHash"]
        return {"account": found.to_dict(), **_subtree(user), "apiTokens": tokens}

    def erase(self, owner: UserId) -> None:
        for token in FirestoreTokenStore(self.client).list(owner):
            self.client.document("apiTokens", token.id).delete()
        outbox = self.client.collection("outbox").where(filter=FieldFilter("owner", "==", owner))
        for found in outbox.stream():
            found.reference.delete()
        self.client.recursive_delete(self.client.document("users", owner))


def _subtree(document: firestore.DocumentReference) -> dict[str, object]:
    return {
        collection.id: {
            found.id: {**(found.to_dict() or {}), **_subtree(found.reference)}
            for found in collection.stream()
        }
        for collection in document.collections()
    }
