"""Conversations and the day's use of the chat in Firestore.

users/{uid}/conversations/{id}                     Conversation
users/{uid}/conversations/{id}/messages/{number}   Message, never changed
users/{uid}/usage/assistant                        Usage
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.assistant.models import Conversation, ConversationId, DayLimits, Message, Usage
from candlewick.errors import NotFound, QuotaExceeded
from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import run_transaction
from candlewick.strategies.models import StrategyId


@dataclass(frozen=True, slots=True)
class FirestoreConversationStore:
    client: firestore.Client

    def add(self, conversation: Conversation, *, limit: int) -> None:
        owner = conversation.owner
        of_strategy = self._of_strategy(owner, conversation.strategy_id)

        def work(transaction: firestore.Transaction) -> None:
            if len(list(of_strategy.limit(limit).stream(transaction=transaction))) >= limit:
                raise QuotaExceeded(
                    f"A strategy may have {limit} conversations; delete one of them first."
                )
            transaction.create(
                self._conversation(owner, conversation.id), to_document(conversation)
            )

        run_transaction(self.client, work, lane=owner)

    def get(self, owner: UserId, conversation_id: ConversationId) -> Conversation | None:
        found = self._conversation(owner, conversation_id).get()
        return from_document(found.to_dict() or {}, Conversation) if found.exists else None

    def list(self, owner: UserId, strategy_id: StrategyId) -> Sequence[Conversation]:
        ordered = self._of_strategy(owner, strategy_id).order_by(
            "updatedAt", direction=firestore.Query.DESCENDING
        )
        return [from_document(item.to_dict() or {}, Conversation) for item in ordered.stream()]

    def messages(self, owner: UserId, conversation_id: ConversationId) -> Sequence[Message]:
        ordered = self._messages(self._conversation(owner, conversation_id)).order_by("number")
        return [from_document(item.to_dict() or {}, Message) for item in ordered.stream()]

    def begin(
        self, conversation: Conversation, message: Message, limits: DayLimits, now: datetime
    ) -> Conversation:
        owner = conversation.owner

        def work(transaction: firestore.Transaction) -> Conversation:
            found = self._read(owner, conversation.id, transaction)
            begun = self._usage_of(owner, now, transaction).begun(now, limits)
            grown = self._grow(replace(found, title=conversation.title), message, transaction)
            transaction.set(self._usage(owner), to_document(begun))
            return grown

        return run_transaction(self.client, work, lane=owner)

    def end(
        self, owner: UserId, conversation_id: ConversationId, message: Message, tokens: int
    ) -> None:
        reference = self._conversation(owner, conversation_id)

        def work(transaction: firestore.Transaction) -> None:
            found = reference.get(transaction=transaction)
            ended = self._usage_of(owner, message.at, transaction).ended(message.at, tokens)
            if found.exists:
                kept = from_document(found.to_dict() or {}, Conversation)
                self._grow(kept, message, transaction)
            transaction.set(self._usage(owner), to_document(ended))

        run_transaction(self.client, work, lane=owner)

    def append(self, owner: UserId, conversation_id: ConversationId, message: Message) -> Message:
        def work(transaction: firestore.Transaction) -> Message:
            found = self._read(owner, conversation_id, transaction)
            grown = self._grow(found, message, transaction)
            return replace(message, number=grown.messages)

        return run_transaction(self.client, work, lane=owner)

    def delete(self, owner: UserId, conversation_id: ConversationId) -> bool:
        reference = self._conversation(owner, conversation_id)
        if not reference.get().exists:
            return False
        # Its own document first: a reply that ends meanwhile then adds nothing to it.
        reference.delete()
        self.client.recursive_delete(reference)
        return True

    def usage(self, owner: UserId, now: datetime) -> Usage:
        return self._usage_of(owner, now, None)

    def take_run(self, owner: UserId, limits: DayLimits, now: datetime) -> Usage:
        def work(transaction: firestore.Transaction) -> Usage:
            taken = self._usage_of(owner, now, transaction).with_run(now, limits)
            transaction.set(self._usage(owner), to_document(taken))
            return taken

        return run_transaction(self.client, work, lane=owner)

    def _grow(
        self, conversation: Conversation, message: Message, transaction: firestore.Transaction
    ) -> Conversation:
        number = conversation.messages + 1
        grown = replace(conversation, messages=number, updated_at=message.at)
        reference = self._conversation(conversation.owner, conversation.id)
        transaction.set(reference, to_document(grown))
        transaction.create(
            self._messages(reference).document(str(number)),
            to_document(replace(message, number=number)),
        )
        return grown

    def _read(
        self, owner: UserId, conversation_id: ConversationId, transaction: firestore.Transaction
    ) -> Conversation:
        found = self._conversation(owner, conversation_id).get(transaction=transaction)
        if not found.exists:
            raise NotFound("There is no such conversation.")
        return from_document(found.to_dict() or {}, Conversation)

    def _usage_of(
        self, owner: UserId, now: datetime, transaction: firestore.Transaction | None
    ) -> Usage:
        found = self._usage(owner).get(transaction=transaction)
        nothing = Usage(day=now.date().isoformat())
        return from_document(found.to_dict() or {}, Usage).on(now) if found.exists else nothing

    def _of_strategy(self, owner: UserId, strategy_id: StrategyId) -> firestore.Query:
        all_of_them = self.client.collection("users", owner, "conversations")
        query: firestore.Query = all_of_them.where(
            filter=FieldFilter("strategyId", "==", strategy_id)
        )
        return query

    def _conversation(
        self, owner: UserId, conversation_id: ConversationId
    ) -> firestore.DocumentReference:
        return self.client.document("users", owner, "conversations", conversation_id)

    def _messages(self, conversation: firestore.DocumentReference) -> firestore.CollectionReference:
        messages: firestore.CollectionReference = conversation.collection("messages")
        return messages

    def _usage(self, owner: UserId) -> firestore.DocumentReference:
        return self.client.document("users", owner, "usage", "assistant")
