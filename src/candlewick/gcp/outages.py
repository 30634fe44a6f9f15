"""What Google's clients raise when a service is down or does not answer in time."""

import requests
from google.api_core import exceptions as google_errors
from google.auth import exceptions as auth_errors

OUTAGES: tuple[type[Exception], ...] = (
    google_errors.ServiceUnavailable,
    google_errors.DeadlineExceeded,
    google_errors.GatewayTimeout,
    google_errors.TooManyRequests,
    google_errors.RetryError,
    auth_errors.TransportError,
    requests.ConnectionError,
    requests.Timeout,
)
