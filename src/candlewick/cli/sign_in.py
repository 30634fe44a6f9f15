"""Signs in with e-mail and password at Firebase Auth, or at its emulator."""

from collections.abc import Mapping

import httpx

from candlewick.errors import Unauthenticated, Unavailable

_GOOGLE = "https://identitytoolkit.googleapis.com"
_TIMEOUT_S = 30
_WORDS = {
    "INVALID_LOGIN_CREDENTIALS": "The e-mail address or the password is wrong.",
    "INVALID_PASSWORD": "The e-mail address or the password is wrong.",
    "EMAIL_NOT_FOUND": "The e-mail address or the password is wrong.",
    "USER_DISABLED": "This account is suspended. Whoever runs this Candlewick can tell you why.",
    "TOO_MANY_ATTEMPTS_TRY_LATER": "Too many attempts; try again later.",
    "EMAIL_EXISTS": "This e-mail address has an account already.",
}


def sign_in(url: str, email: str, password: str, env: Mapping[str, str]) -> str:
    """Return an ID token."""
    return _call("signInWithPassword", url, email, password, env)


def sign_up(url: str, email: str, password: str, env: Mapping[str, str]) -> str:
    """Create the account and return an ID token."""
    return _call("signUp", url, email, password, env)


def _call(action: str, url: str, email: str, password: str, env: Mapping[str, str]) -> str:
    body = {"email": email, "password": password, "returnSecureToken": True}
    emulator = env.get("FIREBASE_AUTH_EMULATOR_HOST")
    try:
        # An emulator takes any key; the real service wants the web app's, which Hosting publishes.
        key = "emulator" if emulator else _web_api_key(url)
        base = f"http://{emulator}/identitytoolkit.googleapis.com" if emulator else _GOOGLE
        response = httpx.post(
            f"{base}/v1/accounts:{action}", params={"key": key}, json=body, timeout=_TIMEOUT_S
        )
    except httpx.TransportError as error:
        raise Unavailable(f"The sign-in service does not answer: {error}.") from error
    document = response.json()
    if response.is_success:
        token: str = document["idToken"]
        return token
    reason = str(document.get("error", {}).get("message", "")).partition(" ")[0]
    raise Unauthenticated(_WORDS.get(reason, f"Signing in failed: {reason or 'unknown reason'}."))


def _web_api_key(url: str) -> str:
    response = httpx.get(f"{url}/__/firebase/init.json", timeout=_TIMEOUT_S)
    if not response.is_success:
        raise Unavailable(f"{url} does not say how to sign in; is it a Candlewick address?")
    key: str = response.json()["apiKey"]
    return key
