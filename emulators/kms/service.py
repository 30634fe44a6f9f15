"""The methods of google.cloud.kms.v1.KeyManagementService that symmetric encryption needs."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import google_crc32c
import grpc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.cloud import kms_v1

from emulators.faults import Fault, Faults
from emulators.kms import names
from emulators.kms.store import Store, StoredKey, StoredVersion
from emulators.rpc import Refused, invalid, not_found, page, service

_log = logging.getLogger(__name__)
_MAX_BYTES = 64 * 1024
_NONCE = 12
_HEAD = b"cwkms\x01"
_DESTROY_AFTER = timedelta(days=30)
_LARGEST_PAGE = 1_000
_STATES = kms_v1.CryptoKeyVersion.CryptoKeyVersionState
_ALGORITHM = kms_v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION
KNOWN_FAULTS = {
    "unavailable": Fault(status="UNAVAILABLE"),
    "corrupt": Fault(),  # the answer's first byte is changed on its way
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyManagement:
    """The service over a store; `now` in seconds since 1970."""

    store: Store
    faults: Faults
    now: Callable[[], float]

    def handler(self) -> grpc.GenericRpcHandler:
        version = kms_v1.CryptoKeyVersion
        return service(
            "google.cloud.kms.v1.KeyManagementService",
            kms_v1,
            {
                "CreateKeyRing": (self.create_key_ring, kms_v1.KeyRing),
                "GetKeyRing": (self.get_key_ring, kms_v1.KeyRing),
                "CreateCryptoKey": (self.create_crypto_key, kms_v1.CryptoKey),
                "GetCryptoKey": (self.get_crypto_key, kms_v1.CryptoKey),
                "UpdateCryptoKeyPrimaryVersion": (self.update_primary, kms_v1.CryptoKey),
                "CreateCryptoKeyVersion": (self.create_version, version),
                "GetCryptoKeyVersion": (self.get_version, version),
                "UpdateCryptoKeyVersion": (self.update_version, version),
                "DestroyCryptoKeyVersion": (self.destroy_version, version),
                "RestoreCryptoKeyVersion": (self.restore_version, version),
                "ListCryptoKeyVersions": (
                    self.list_versions,
                    kms_v1.ListCryptoKeyVersionsResponse,
                ),
                "Encrypt": (self.encrypt, kms_v1.EncryptResponse),
                "Decrypt": (self.decrypt, kms_v1.DecryptResponse),
            },
        )

    def ensure_key(self, name: str) -> None:
        """Make a key and its ring unless they are there."""
        names.check_key(name)
        self.store.rings.setdefault(names.parent(name), self.now())
        if name not in self.store.keys:
            self._make_key(name, {})

    async def create_key_ring(self, request: kms_v1.CreateKeyRingRequest) -> kms_v1.KeyRing:
        location = names.check_location(request.parent)
        name = names.check_ring(f"{location}/keyRings/{request.key_ring_id}")
        if name in self.store.rings:
            raise _exists(f"KeyRing {name} already exists.")
        self.store.rings[name] = self.now()
        self.store.save()
        return self._ring(name)

    async def get_key_ring(self, request: kms_v1.GetKeyRingRequest) -> kms_v1.KeyRing:
        name = names.check_ring(request.name)
        if name not in self.store.rings:
            raise not_found(f"KeyRing {name} not found.")
        return self._ring(name)

    async def create_crypto_key(self, request: kms_v1.CreateCryptoKeyRequest) -> kms_v1.CryptoKey:
        ring = names.check_ring(request.parent)
        if ring not in self.store.rings:
            raise not_found(f"KeyRing {ring} not found.")
        name = names.check_key(f"{ring}/cryptoKeys/{request.crypto_key_id}")
        if name in self.store.keys:
            raise _exists(f"CryptoKey {name} already exists.")
        purpose = kms_v1.CryptoKey.CryptoKeyPurpose
        if request.crypto_key.purpose != purpose.ENCRYPT_DECRYPT:
            raise invalid("The emulator knows keys of the purpose ENCRYPT_DECRYPT only.")
        return _key_view(self._make_key(name, dict(request.crypto_key.labels)))

    async def get_crypto_key(self, request: kms_v1.GetCryptoKeyRequest) -> kms_v1.CryptoKey:
        return _key_view(self._key(names.check_key(request.name)))

    async def update_primary(
        self, request: kms_v1.UpdateCryptoKeyPrimaryVersionRequest
    ) -> kms_v1.CryptoKey:
        key = self._key(names.check_key(request.name))
        version = self._version(f"{key.name}/cryptoKeyVersions/{request.crypto_key_version_id}")
        _require_enabled(key, version)
        key.primary = version.number
        self.store.save()
        return _key_view(key)

    async def create_version(
        self, request: kms_v1.CreateCryptoKeyVersionRequest
    ) -> kms_v1.CryptoKeyVersion:
        key = self._key(names.check_key(request.parent))
        version = key.add_version(self.now())
        self.store.save()
        return _version_view(key, version)

    async def get_version(
        self, request: kms_v1.GetCryptoKeyVersionRequest
    ) -> kms_v1.CryptoKeyVersion:
        return self._viewed(request.name)

    async def update_version(
        self, request: kms_v1.UpdateCryptoKeyVersionRequest
    ) -> kms_v1.CryptoKeyVersion:
        wanted = request.crypto_key_version
        version = self._version(wanted.name)
        if list(request.update_mask.paths) != ["state"]:
            raise invalid("Only the state of a version can be updated.")
        if wanted.state not in {_STATES.ENABLED, _STATES.DISABLED} or version.state not in {
            "ENABLED",
            "DISABLED",
        }:
            raise _precondition(f"{wanted.name} is {version.state} and cannot become that.")
        version.state = _STATES(wanted.state).name
        self.store.save()
        return self._viewed(wanted.name)

    async def destroy_version(
        self, request: kms_v1.DestroyCryptoKeyVersionRequest
    ) -> kms_v1.CryptoKeyVersion:
        version = self._version(request.name)
        if version.state not in {"ENABLED", "DISABLED"}:
            raise _precondition(f"{request.name} is {version.state} already.")
        version.state = "DESTROY_SCHEDULED"
        version.destroy_at = self.now() + _DESTROY_AFTER.total_seconds()
        self.store.save()
        return self._viewed(request.name)

    async def restore_version(
        self, request: kms_v1.RestoreCryptoKeyVersionRequest
    ) -> kms_v1.CryptoKeyVersion:
        version = self._version(request.name)
        if version.state != "DESTROY_SCHEDULED":
            raise _precondition(f"{request.name} is not DESTROY_SCHEDULED but {version.state}.")
        version.state, version.destroy_at = "DISABLED", None
        self.store.save()
        return self._viewed(request.name)

    async def list_versions(
        self, request: kms_v1.ListCryptoKeyVersionsRequest
    ) -> kms_v1.ListCryptoKeyVersionsResponse:
        key = self._key(names.check_key(request.parent))
        views = [_version_view(key, version) for version in key.versions]
        shown, token = page(
            views,
            lambda view: f"{names.number(view.name):09}",
            request.page_size,
            request.page_token,
            _LARGEST_PAGE,
        )
        return kms_v1.ListCryptoKeyVersionsResponse(
            crypto_key_versions=shown, next_page_token=token, total_size=len(views)
        )

    async def encrypt(self, request: kms_v1.EncryptRequest) -> kms_v1.EncryptResponse:
        self._fail_if_asked()
        key, version = self._encrypting(request.name)
        _check_size("plaintext", request.plaintext)
        _check_size("additional_authenticated_data", request.additional_authenticated_data)
        plain = _verified(request, "plaintext")
        bound = _verified(request, "additional_authenticated_data")
        nonce = os.urandom(_NONCE)
        head = _HEAD + version.number.to_bytes(4, "big") + nonce
        sealed = AESGCM(version.key()).encrypt(
            nonce, request.plaintext, _binding(key, request.additional_authenticated_data)
        )
        ciphertext = head + sealed
        return kms_v1.EncryptResponse(
            name=f"{key.name}/cryptoKeyVersions/{version.number}",
            ciphertext=self._on_its_way(ciphertext),
            ciphertext_crc32c=_crc32c(ciphertext),
            verified_plaintext_crc32c=plain,
            verified_additional_authenticated_data_crc32c=bound,
            protection_level=kms_v1.ProtectionLevel.SOFTWARE,
        )

    async def decrypt(self, request: kms_v1.DecryptRequest) -> kms_v1.DecryptResponse:
        self._fail_if_asked()
        key = self._key(names.check_key(request.name))
        _verified(request, "ciphertext")
        _verified(request, "additional_authenticated_data")
        start = len(_HEAD) + 4
        number = int.from_bytes(request.ciphertext[len(_HEAD) : start], "big")
        version = key.version(number)
        if not request.ciphertext.startswith(_HEAD) or version is None:
            raise _undecryptable()
        _require_enabled(key, version)
        nonce, sealed = request.ciphertext[start:][:_NONCE], request.ciphertext[start + _NONCE :]
        bound_to = _binding(key, request.additional_authenticated_data)
        try:
            plaintext = AESGCM(version.key()).decrypt(nonce, sealed, bound_to)
        except (InvalidTag, ValueError) as error:
            raise _undecryptable() from error
        return kms_v1.DecryptResponse(
            plaintext=self._on_its_way(plaintext),
            plaintext_crc32c=_crc32c(plaintext),
            used_primary=version.number == key.primary,
            protection_level=kms_v1.ProtectionLevel.SOFTWARE,
        )

    def _make_key(self, name: str, labels: dict[str, str]) -> StoredKey:
        key = StoredKey(name=name, created_at=self.now(), primary=1, labels=labels)
        key.add_version(self.now())
        self.store.keys[name] = key
        self.store.save()
        _log.info("key %s made", name)
        return key

    def _encrypting(self, name: str) -> tuple[StoredKey, StoredVersion]:
        if "/cryptoKeyVersions/" in name:
            version = self._version(name)
            key = self._key(names.parent(name))
        else:
            key = self._key(names.check_key(name))
            version = self._version(f"{key.name}/cryptoKeyVersions/{key.primary}")
        _require_enabled(key, version)
        return key, version

    def _key(self, name: str) -> StoredKey:
        if name not in self.store.keys:
            raise not_found(f"CryptoKey {name} not found.")
        return self.store.keys[name]

    def _version(self, name: str) -> StoredVersion:
        key = self._key(names.parent(names.check_version(name)))
        version = key.version(names.number(name))
        if version is None:
            raise not_found(f"CryptoKeyVersion {name} not found.")
        if version.destroy_at is not None and version.destroy_at <= self.now():
            version.state, version.material = "DESTROYED", ""
            self.store.save()
        return version

    def _viewed(self, name: str) -> kms_v1.CryptoKeyVersion:
        version = self._version(name)
        return _version_view(self._key(names.parent(name)), version)

    def _ring(self, name: str) -> kms_v1.KeyRing:
        return kms_v1.KeyRing(name=name, create_time=_moment(self.store.rings[name]))

    def _fail_if_asked(self) -> None:
        fault = self.faults.take("unavailable")
        if fault is not None:
            raise Refused(fault.status_code(), "The service is currently unavailable.")

    def _on_its_way(self, data: bytes) -> bytes:
        if self.faults.take("corrupt") is None:
            return data
        return bytes([data[0] ^ 1]) + data[1:]


def _binding(key: StoredKey, given: bytes) -> bytes:
    # A ciphertext of another key fails even if the material were the same.
    return key.name.encode() + b"\x00" + given


def _check_size(field: str, data: bytes) -> None:
    if len(data) > _MAX_BYTES:
        raise invalid(f"The {field} must be no larger than 64KiB.")


def _verified(request: kms_v1.EncryptRequest | kms_v1.DecryptRequest, field: str) -> bool:
    """Check a field against its checksum; return whether there was one."""
    if f"{field}_crc32c" not in request:
        return False
    if getattr(request, f"{field}_crc32c") != _crc32c(getattr(request, field)):
        raise invalid(
            f"The checksum in field {field}_crc32c did not match the data in field {field}."
        )
    return True


def _crc32c(data: bytes) -> int:
    return int(google_crc32c.value(data))


def _require_enabled(key: StoredKey, version: StoredVersion) -> None:
    if version.state != "ENABLED":
        name = f"{key.name}/cryptoKeyVersions/{version.number}"
        raise _precondition(f"{name} is not enabled, current state is: {version.state}.")


def _key_view(key: StoredKey) -> kms_v1.CryptoKey:
    primary = key.version(key.primary)
    return kms_v1.CryptoKey(
        name=key.name,
        primary=None if primary is None else _version_view(key, primary),
        purpose=kms_v1.CryptoKey.CryptoKeyPurpose.ENCRYPT_DECRYPT,
        create_time=_moment(key.created_at),
        labels=key.labels,
    )


def _version_view(key: StoredKey, version: StoredVersion) -> kms_v1.CryptoKeyVersion:
    return kms_v1.CryptoKeyVersion(
        name=f"{key.name}/cryptoKeyVersions/{version.number}",
        state=getattr(_STATES, version.state),
        protection_level=kms_v1.ProtectionLevel.SOFTWARE,
        algorithm=_ALGORITHM,
        create_time=_moment(version.created_at),
        destroy_time=None if version.destroy_at is None else _moment(version.destroy_at),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _undecryptable() -> Refused:
    return invalid(
        "Decryption failed: verify that 'name' refers to the correct CryptoKey, and that the ciphertext "
        "and the additional authenticated data are those of the encryption."
    )


def _exists(message: str) -> Refused:
    return Refused(grpc.StatusCode.ALREADY_EXISTS, message)


def _precondition(message: str) -> Refused:
    return Refused(grpc.StatusCode.FAILED_PRECONDITION, message)
