"""Cloud KMS as Google's own client sees it, and our adapter over it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import google_crc32c
import grpc
import pytest
from google.api_core import exceptions as google_errors
from google.cloud import kms_v1
from google.cloud.kms_v1.services.key_management_service.transports import (
    KeyManagementServiceGrpcTransport,
)
from google.protobuf.field_mask_pb2 import FieldMask

from candlewick.accounts.models import UserId
from candlewick.bots.models import KeyId
from candlewick.errors import Unavailable
from candlewick.exchange_keys.envelope import Envelope, NotOurs, binding
from candlewick.exchange_keys.models import Credentials
from candlewick.gcp.kms import KmsKeyWrapper
from tests.emulators.emulator_process import EmulatorProcess, running

pytestmark = [pytest.mark.emulator, pytest.mark.enable_socket]
LOCATION = "projects/demo-candlewick/locations/europe-west1"
GIVEN = f"{LOCATION}/keyRings/candlewick/cryptoKeys/exchange-keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kms:
    emulator: EmulatorProcess
    client: kms_v1.KeyManagementServiceClient

    def new_key(self) -> str:
        ring = self.client.create_key_ring(
            parent=LOCATION, key_ring_id=f"r-{uuid.uuid4().hex[:8]}", key_ring=kms_v1.KeyRing()
        )
        key = kms_v1.CryptoKey(purpose=kms_v1.CryptoKey.CryptoKeyPurpose.ENCRYPT_DECRYPT)
        made = self.client.create_crypto_key(parent=ring.name, crypto_key_id="k", crypto_key=key)
        return str(made.name)

    def encrypt(self, key: str, data: bytes = b"data", bound_to: bytes = b"") -> bytes:
        request = {"name": key, "plaintext": data, "additional_authenticated_data": bound_to}
        return bytes(self.client.encrypt(request=request).ciphertext)

    def decrypt(self, key: str, data: bytes, bound_to: bytes = b"") -> kms_v1.DecryptResponse:
        request = {"name": key, "ciphertext": data, "additional_authenticated_data": bound_to}
        return self.client.decrypt(request=request)

    def wrapper(self, key: str = GIVEN) -> KmsKeyWrapper:
        return KmsKeyWrapper(self.client, key)


@contextmanager
def emulated(folder: Path) -> Iterator[Kms]:
    state = f"--state={folder / 'kms.json'}"
    with running("kms", folder, state, f"--key={GIVEN}") as emulator:
        channel = grpc.insecure_channel(emulator.grpc_address)
        with channel:
            transport = KeyManagementServiceGrpcTransport(channel=channel)
            yield Kms(
                emulator=emulator, client=kms_v1.KeyManagementServiceClient(transport=transport)
            )


@pytest.fixture(scope="module")
def kms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kms]:
    with emulated(tmp_path_factory.mktemp("kms")) as found:
        yield found


def test_what_was_encrypted_is_decrypted(kms: Kms) -> None:
    key = kms.new_key()

    answer = kms.decrypt(key, kms.encrypt(key, b"a data key", b"alice"), b"alice")

    assert answer.plaintext == b"a data key"
    assert answer.plaintext_crc32c == google_crc32c.value(b"a data key")
    assert answer.used_primary


def test_the_same_text_is_never_encrypted_to_the_same(kms: Kms) -> None:
    assert kms.encrypt(GIVEN) != kms.encrypt(GIVEN)


@pytest.mark.parametrize("bound_to", [b"", b"bob", b"alicealice"])
def test_other_additional_data_opens_nothing(kms: Kms, bound_to: bytes) -> None:
    ciphertext = kms.encrypt(GIVEN, bound_to=b"alice")

    with pytest.raises(google_errors.InvalidArgument, match="Decryption failed"):
        kms.decrypt(GIVEN, ciphertext, bound_to)


@pytest.mark.parametrize("position", [0, 8, 14, -1])
def test_a_changed_ciphertext_opens_nothing(kms: Kms, position: int) -> None:
    changed = bytearray(kms.encrypt(GIVEN))
    changed[position] ^= 1

    with pytest.raises(google_errors.InvalidArgument, match="Decryption failed"):
        kms.decrypt(GIVEN, bytes(changed))


@pytest.mark.parametrize("ciphertext", [b"", b"short", b"x" * 100])
def test_what_is_no_ciphertext_opens_nothing(kms: Kms, ciphertext: bytes) -> None:
    with pytest.raises(google_errors.InvalidArgument, match="Decryption failed"):
        kms.decrypt(GIVEN, ciphertext)


def test_another_key_opens_nothing(kms: Kms) -> None:
    with pytest.raises(google_errors.InvalidArgument, match="Decryption failed"):
        kms.decrypt(kms.new_key(), kms.encrypt(GIVEN))


def test_a_key_that_is_not_there_is_not_found(kms: Kms) -> None:
    with pytest.raises(google_errors.NotFound):
        kms.encrypt(f"{LOCATION}/keyRings/candlewick/cryptoKeys/none")
    with pytest.raises(google_errors.NotFound):
        kms.client.get_crypto_key(name=f"{GIVEN}x")
    with pytest.raises(google_errors.InvalidArgument):
        kms.client.get_crypto_key(name="keys/none")


def test_nothing_is_made_twice(kms: Kms) -> None:
    ring = f"{LOCATION}/keyRings/candlewick"
    assert kms.client.get_key_ring(name=ring).name == ring
    with pytest.raises(google_errors.AlreadyExists):
        kms.client.create_key_ring(
            parent=LOCATION, key_ring_id="candlewick", key_ring=kms_v1.KeyRing()
        )
    key = kms_v1.CryptoKey(purpose=kms_v1.CryptoKey.CryptoKeyPurpose.ENCRYPT_DECRYPT)
    with pytest.raises(google_errors.AlreadyExists):
        kms.client.create_crypto_key(parent=ring, crypto_key_id="exchange-keys", crypto_key=key)


def test_after_a_rotation_old_ciphertexts_still_open(kms: Kms) -> None:
    key = kms.new_key()
    old = kms.encrypt(key)
    version = kms.client.create_crypto_key_version(
        parent=key, crypto_key_version=kms_v1.CryptoKeyVersion()
    )
    kms.client.update_crypto_key_primary_version(name=key, crypto_key_version_id="2")

    assert version.name == f"{key}/cryptoKeyVersions/2"
    assert kms.client.get_crypto_key(name=key).primary.name == version.name
    assert len(list(kms.client.list_crypto_key_versions(parent=key))) == 2
    assert not kms.decrypt(key, old).used_primary
    assert kms.decrypt(key, kms.encrypt(key)).used_primary


def test_a_version_that_is_to_be_destroyed_opens_nothing_until_restored(kms: Kms) -> None:
    key = kms.new_key()
    ciphertext, name = kms.encrypt(key), f"{key}/cryptoKeyVersions/1"
    kms.client.destroy_crypto_key_version(name=name)

    with pytest.raises(google_errors.FailedPrecondition, match="DESTROY_SCHEDULED"):
        kms.decrypt(key, ciphertext)
    with pytest.raises(google_errors.FailedPrecondition):
        kms.encrypt(key)
    kms.client.restore_crypto_key_version(name=name)
    with pytest.raises(google_errors.FailedPrecondition, match="DISABLED"):
        kms.decrypt(key, ciphertext)
    version = kms_v1.CryptoKeyVersion
    enabled = version(name=name, state=version.CryptoKeyVersionState.ENABLED)
    kms.client.update_crypto_key_version(
        crypto_key_version=enabled, update_mask=FieldMask(paths=["state"])
    )
    assert kms.decrypt(key, ciphertext).plaintext == b"data"


def test_a_checksum_that_is_wrong_is_refused(kms: Kms) -> None:
    with pytest.raises(google_errors.InvalidArgument, match="plaintext_crc32c"):
        kms.client.encrypt(request={"name": GIVEN, "plaintext": b"a", "plaintext_crc32c": 1})


def test_what_is_too_large_is_refused(kms: Kms) -> None:
    with pytest.raises(google_errors.InvalidArgument, match="64KiB"):
        kms.encrypt(GIVEN, b"x" * (64 * 1024 + 1))


def test_keys_outlive_the_process(tmp_path: Path) -> None:
    with emulated(tmp_path) as first:
        ciphertext = first.encrypt(GIVEN)
        first.emulator.kill()
    with emulated(tmp_path) as second:
        assert second.decrypt(GIVEN, ciphertext).plaintext == b"data"


def test_the_adapter_wraps_and_unwraps(kms: Kms) -> None:
    wrapped = kms.wrapper().wrap(b"a data key", bound_to=b"alice|binance|k1|1")

    assert kms.wrapper().unwrap(wrapped, bound_to=b"alice|binance|k1|1") == b"a data key"
    with pytest.raises(NotOurs):
        kms.wrapper().unwrap(wrapped, bound_to=b"bob|binance|k1|1")


def test_the_adapter_says_when_a_version_is_gone(kms: Kms) -> None:
    key = kms.new_key()
    wrapped = kms.wrapper(key).wrap(b"a data key", bound_to=b"")
    kms.client.destroy_crypto_key_version(name=f"{key}/cryptoKeyVersions/1")

    with pytest.raises(NotOurs):
        kms.wrapper(key).unwrap(wrapped, bound_to=b"")


@pytest.mark.parametrize("fault", ["unavailable", "corrupt"])
def test_the_adapter_takes_no_answer_that_failed_on_its_way(kms: Kms, fault: str) -> None:
    wrapped = kms.wrapper().wrap(b"a data key", bound_to=b"")
    # The client itself repeats what was unavailable, for as long as it has time.
    kms.emulator.put_faults(**{fault: {"probability": 1}})
    try:
        with pytest.raises(Unavailable):
            kms.wrapper().wrap(b"a data key", bound_to=b"")
        with pytest.raises(Unavailable):
            kms.wrapper().unwrap(wrapped, bound_to=b"")
    finally:
        kms.emulator.put_faults()


def test_an_envelope_opens_for_whom_it_was_sealed(kms: Kms) -> None:
    envelope = Envelope(kms.wrapper())
    mine = binding(UserId("alice"), "binance", KeyId("k1"), 1)
    sealed = envelope.seal(mine, Credentials(api_key="an-api-key", secret="its-own-words"))

    assert envelope.open(mine, sealed).secret == "its-own-words"
    with pytest.raises(NotOurs):
        envelope.open(binding(UserId("alice"), "binance", KeyId("k1"), 2), sealed)
