"""Wraps data keys with a Cloud KMS key, checking every byte on its way with CRC32C."""

import google_crc32c
from google.api_core import exceptions as google_errors
from google.api_core.retry import Retry, if_exception_type
from google.cloud import kms_v1

from candlewick.errors import Unavailable
from candlewick.exchange_keys.envelope import NotOurs

_TIMEOUT_S = 5
# Both calls may be repeated; the client's own patience is a minute, a request's is not.
_AGAIN = Retry(
    predicate=if_exception_type(google_errors.ServiceUnavailable, google_errors.DeadlineExceeded),
    initial=0.1,
    maximum=1.0,
    timeout=5.0,
)
_DOWN = "The key service does not answer; please try again."


class KmsKeyWrapper:
    """`KeyWrapper` over a key named `projects/…/locations/…/keyRings/…/cryptoKeys/…`."""

    def __init__(self, client: kms_v1.KeyManagementServiceClient, key: str) -> None:
        self._client = client
        self._key = key

    def wrap(self, data: bytes, *, bound_to: bytes) -> bytes:
        request = kms_v1.EncryptRequest(
            name=self._key,
            plaintext=data,
            additional_authenticated_data=bound_to,
            plaintext_crc32c=_crc32c(data),
            additional_authenticated_data_crc32c=_crc32c(bound_to),
        )
        try:
            answer = self._client.encrypt(request=request, retry=_AGAIN, timeout=_TIMEOUT_S)
        except google_errors.GoogleAPIError as error:
            raise Unavailable(_DOWN) from error
        is_read = (
            answer.verified_plaintext_crc32c
            and answer.verified_additional_authenticated_data_crc32c
        )
        if not is_read or _crc32c(answer.ciphertext) != answer.ciphertext_crc32c:
            raise Unavailable("The key service's answer was changed on its way; please try again.")
        return bytes(answer.ciphertext)

    def unwrap(self, data: bytes, *, bound_to: bytes) -> bytes:
        request = kms_v1.DecryptRequest(
            name=self._key,
            ciphertext=data,
            additional_authenticated_data=bound_to,
            ciphertext_crc32c=_crc32c(data),
            additional_authenticated_data_crc32c=_crc32c(bound_to),
        )
        try:
            answer = self._client.decrypt(request=request, retry=_AGAIN, timeout=_TIMEOUT_S)
        except google_errors.InvalidArgument as error:
            raise NotOurs("This exchange key cannot be read; add it again.") from error
        except google_errors.FailedPrecondition as error:
            # The version that wrapped it is disabled or destroyed.
            raise NotOurs("This exchange key cannot be read any more; add it again.") from error
        except google_errors.GoogleAPIError as error:
            raise Unavailable(_DOWN) from error
        if _crc32c(answer.plaintext) != answer.plaintext_crc32c:
            raise Unavailable("The key service's answer was changed on its way; please try again.")
        return bytes(answer.plaintext)


def _crc32c(data: bytes) -> int:
    return int(google_crc32c.value(data))
