"""Service-account key files in Google's format, kept between runs because RSA keys are slow to make."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_KEY_BITS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """One identity and its only key."""

    email: str
    key_id: str
    private_pem: str
    public_pem: str


def email_of(account: str, project: str) -> str:
    return f"{account}@{project}.iam.gserviceaccount.com"


def issue_all(
    folder: Path, accounts: list[str], *, project: str, token_uri: str
) -> list[ServiceAccount]:
    """Write `<folder>/<account>.json` for every account; an existing private key is used again."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda name: _issue(folder, name, project, token_uri), accounts))


def private_key(file: Path) -> rsa.RSAPrivateKey:
    """Return the RSA key of a PEM file, which is made when it does not exist."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file, _new_pem())
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{file} holds no RSA private key; delete it and start again.")
    return key


def write_private(file: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only."""
    new = file.with_suffix(file.suffix + ".new")
    new.touch(mode=0o600)
    new.write_text(text)
    new.replace(file)


def _issue(folder: Path, account: str, project: str, token_uri: str) -> ServiceAccount:
    file = folder / f"{account}.json"
    private_pem = json.loads(file.read_text())["private_key"] if file.exists() else _new_pem()
    key = serialization.load_pem_private_key(private_pem.encode(), password=None)
    public_pem = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    email = email_of(account, project)
    key_id = sha256(public_pem.encode()).hexdigest()[:40]
    content = {
        "type": "service_account",
        "project_id": project,
        "private_key_id": key_id,
        "private_key": private_pem,
        "client_email": email,
        "client_id": str(int(sha256(email.encode()).hexdigest()[:16], 16)),
        "token_uri": token_uri,
        "universe_domain": "googleapis.com",
    }
    write_private(file, json.dumps(content, indent=2) + "\n")
    return ServiceAccount(
        email=email, key_id=key_id, private_pem=private_pem, public_pem=public_pem
    )


def _new_pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
