"""Keeps what users name as an address away from our own network."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from candlewick.alerts.models import Undeliverable

_HTTPS: Final = 443
_HTTP: Final = 80
# Leads to any IPv4 address, private ones included.
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a request may go: `address` is connected to, `host` is what the certificate must name."""

    url: str
    host: str
    address: str
    port: int
    is_tls: bool


def resolve(host: str, port: int) -> Sequence[str]:
    """Return a host's addresses; none when the name is not known."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return ()
    return [str(item[4][0]) for item in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicHosts:
    """Answers which address of a URL may be called.

    Attributes:
        also: networks that are not public and allowed all the same, even without TLS: this machine's, on a laptop.
    """

    also: tuple[Network, ...] = ()
    resolve: Resolve = resolve

    def place(self, url: str) -> Place:
        """Resolve a URL once, so that what was checked is what is called.

        Raises `Undeliverable` for anything but `https` on port 80, 443 or above 1023 of a public address.
        """
        parts = urlsplit(url)
        host, port = _host_and_port(parts)
        addresses = self.resolve(host, port)
        if not addresses:
            raise Undeliverable(f"There is no host {host}.")
        if parts.scheme == "http" and not all(map(self._is_excepted, addresses)):
            raise Undeliverable("A webhook's address must begin with https://.")
        if not all(self._may_be_called(address) for address in addresses):
            raise Undeliverable(f"{host} is not on the public internet.")
        return Place(
            url=url, host=host, address=addresses[0], port=port, is_tls=parts.scheme == "https"
        )

    def _may_be_called(self, address: str) -> bool:
        found = ipaddress.ip_address(address.partition("%")[0])
        mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
        if mapped is not None:
            return self._may_be_called(str(mapped))
        is_public = found.is_global and not found.is_multicast and found not in _NAT64
        return is_public or self._is_excepted(address)

    def _is_excepted(self, address: str) -> bool:
        found = ipaddress.ip_address(address.partition("%")[0])
        return any(found in network for network in self.also)


def _host_and_port(parts: SplitResult) -> tuple[str, int]:
    try:
        port = parts.port or (_HTTPS if parts.scheme == "https" else _HTTP)
    except ValueError as error:
        raise Undeliverable("The port in the address is no port.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Undeliverable("A webhook's address must have the form https://host/path.")
    if parts.username or parts.password:
        raise Undeliverable("A webhook's address must not hold a password; use its secret.")
    if port not in {_HTTP, _HTTPS} and port < 1024:  # noqa: PLR2004 (the ports of mail, shells and the like)
        raise Undeliverable(f"Port {port} cannot be used; use 443, or one above 1023.")
    return parts.hostname, port
