"""Where we may connect: public unicast addresses, and what `fetch.allow_hosts` lists.

Decided on the resolved address, which is then the one connected to: a name that resolves differently a moment later
changes nothing. `ipaddress.is_global` alone is not enough: it passes multicast, NAT64, 6to4, `::127.0.0.1` and
`fec0::/10`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "64:ff9b::/96",  # NAT64 (RFC 6052): carries any IPv4 address
        "64:ff9b:1::/48",  # local NAT64 (RFC 8215)
        "2002::/16",  # 6to4 (RFC 3056)
        "2001::/32",  # Teredo (RFC 4380)
        "::/96",  # IPv4-compatible (RFC 4291, deprecated)
        "fec0::/10",  # site-local (RFC 3879, deprecated)
        "192.88.99.0/24",  # 6to4 relay anycast (RFC 7526)
    )
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no address to connect to; `policy` tells our refusal from a failed look-up."""

    reason: str
    policy: bool


class Guard:
    """Resolves hosts to addresses that may be connected to."""

    def __init__(self, allow_hosts: Iterable[str] = ()) -> None:
        self._names: set[str] = set()
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for host in allow_hosts:
            try:
                self._networks.append(ipaddress.ip_network(host.strip("[]"), strict=False))
            except ValueError:
                self._names.add(host.lower())

    async def resolve(self, host: str, port: int) -> list[str] | Refusal:
        """Addresses to try in turn, as text."""
        if _is_literal(host):  # an address needs no look-up, but the same check
            return [host] if self.allows(host, host) else self._refusal(host, [host])
        try:
            answers = await _look_up(host, port)
        except (OSError, UnicodeError) as error:
            return Refusal(f"cannot find the host {host}: {getattr(error, 'strerror', None) or error}", policy=False)
        addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        allowed = [address for address in addresses if self.allows(host, address)]
        return allowed or self._refusal(host, addresses)

    def _refusal(self, host: str, addresses: list[str]) -> Refusal:
        return Refusal(
            f"{host} is not a public address ({', '.join(addresses[:2])}); "
            "if you mean it, list the host under fetch.allow_hosts",
            policy=True,
        )

    def is_exception(self, host: str) -> bool:
        """Whether `allow_hosts` names it: a private host of the person's own."""
        if host.lower() in self._names:
            return True
        return _is_literal(host) and any(_within(ipaddress.ip_address(host), network) for network in self._networks)

    def allows(self, host: str, address: str) -> bool:
        """May we connect to this address, found under this name?"""
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        plain = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped else parsed
        if host.lower() in self._names or any(_within(plain, network) for network in self._networks):
            return True
        return is_public(parsed)


def _within(address: Address, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    return address.version == network.version and address in network


def _is_literal(host: str) -> bool:
    """An IP address as `ipaddress` reads it; what else a resolver takes for one (127.1, 0x7f000001) is looked up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def _look_up(host: str, port: int) -> list[Any]:
    """`getaddrinfo` in a thread of its own that nobody waits for: a silent name server answers after half a minute,
    and asyncio's shared threads would hold up everything else, and the end of the program, for as long.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[Any]] = loop.create_future()

    def settle(answers: list[Any] | None, error: Exception | None) -> None:
        if found.done():
            return
        if error is not None:
            found.set_exception(error)
        else:
            found.set_result(answers or [])

    def work() -> None:
        answers: list[Any] | None = None
        failure: Exception | None = None
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, answers, failure)

    threading.Thread(target=work, name=f"dns-{host}", daemon=True).start()
    return await found


def is_public(address: Address) -> bool:
    """Public unicast."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return False  # nobody publishes mapped addresses; they are used to get around filters
    if address.is_multicast or address.is_unspecified or not address.is_global:
        return False
    return not any(address.version == network.version and address in network for network in _REFUSED_NETWORKS)
