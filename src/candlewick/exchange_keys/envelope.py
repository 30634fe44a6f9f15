"""Envelope encryption: a data key per exchange key, wrapped by Cloud KMS and bound to whose it is."""

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from candlewick.accounts.models import UserId
from candlewick.bots.models import KeyId
from candlewick.errors import AppError
from candlewick.exchange_keys.models import Credentials, ExchangeKey, Sealed

_NONCE_BYTES = 12


class NotOurs(AppError):
    """What was decrypted was encrypted for another user, exchange, key or version, or was changed."""

    code, status = "key_not_readable", 500


class KeyWrapper(Protocol):
    """A key that never leaves Cloud KMS. Both calls raise `Unavailable` when it does not answer."""

    def wrap(self, data: bytes, *, bound_to: bytes) -> bytes: ...
    def unwrap(self, data: bytes, *, bound_to: bytes) -> bytes:
        """Return what was wrapped; `NotOurs` when it is bound to something else."""


@dataclass(frozen=True, slots=True)
class Envelope:
    wrapper: KeyWrapper

    def seal(self, bound_to: bytes, credentials: Credentials) -> Sealed:
        """Encrypt with a fresh data key; `bound_to` must be given again to open it."""
        data_key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(_NONCE_BYTES)
        clear = json.dumps({"apiKey": credentials.api_key, "secret": credentials.secret}).encode()
        ciphertext = AESGCM(data_key).encrypt(nonce, clear, bound_to)
        wrapped = self.wrapper.wrap(data_key, bound_to=bound_to)
        return Sealed(
            nonce=b64encode(nonce).decode(),
            ciphertext=b64encode(ciphertext).decode(),
            wrapped_key=b64encode(wrapped).decode(),
        )

    def open(self, bound_to: bytes, sealed: Sealed) -> Credentials:
        data_key = self.wrapper.unwrap(b64decode(sealed.wrapped_key), bound_to=bound_to)
        try:
            clear = AESGCM(data_key).decrypt(
                b64decode(sealed.nonce), b64decode(sealed.ciphertext), bound_to
            )
        except InvalidTag as error:
            raise NotOurs("This exchange key cannot be read; add it again.") from error
        found = json.loads(clear)
        return Credentials(api_key=found["apiKey"], secret=found["secret"])


def binding(owner: UserId, venue: str, key_id: KeyId, version: int) -> bytes:
    """Return the additional data of a key: ciphertext moved to another place opens nowhere."""
    return f"{owner}|{venue}|{key_id}|{version}".encode()


def binding_of(key: ExchangeKey) -> bytes:
    return binding(key.owner, key.venue, key.id, key.version)
