"""Where we may connect: public unicast addresses, and what `fetch.allow_hosts` lists.

Decided on the resolved address, which is then the one connected to: a name that resolves differently a moment later
changes nothing. `ipaddress.is_global` alone is not enough: it passes multicast, NAT64, 6to4, `::127.0.0.1`,
`::ffff:0:127.0.0.1` and `fec0::/10`, and what it passes differs between Python's releases.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given to anybody (IANA, IPv6 Address Space). Outside it stand NAT64, translated, compatible,
site-local and whatever is invented next to carry IPv4 addresses."""

_REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "2002::/16",  # 6to4 (RFC 3056): carries any IPv4 address
        "2001::/23",  # protocols' own (RFC 2928): Teredo, ORCHID, benchmarks
        "3fff::/20",  # documentation (RFC 9637)
        "192.0.0.0/24",  # protocols' own (RFC 6890)
        "192.88.99.0/24",  # 6to4 relay anycast (RFC 7526)
    )
)

LookUp = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port → addresses as text. Raises OSError or UnicodeError where there are none."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no address to connect to; `policy` tells our refusal from a failed look-up."""

    reason: str
    policy: bool


async def system_look_up(host: str, port: int) -> Sequence[str]:
    """`getaddrinfo` in a thread of its own that nobody waits for: a silent name server answers after half a minute,
    and asyncio's shared threads would hold up everything else, and the end of the program, for as long.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str], error: Exception | None) -> None:
        if found.done():
            return
        if error is not None:
            found.set_exception(error)
        else:
            found.set_result(addresses)

    def work() -> None:
        addresses: list[str] = []
        failure: Exception | None = None
        try:
            addresses = [str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError) as error:
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, addresses, failure)

    threading.Thread(target=work, name=f"dns-{host}", daemon=True).start()
    return await found


DECISIONS_REMEMBERED = 10_000
"""Answers about an address that are kept: the same few thousand are asked about every few minutes."""


class Guard:
    """Resolves hosts to addresses that may be connected to."""

    def __init__(self, allow_hosts: Iterable[str] = (), *, look_up: LookUp = system_look_up) -> None:
        self._look_up = look_up
        self._names: set[str] = set()
        self._decided: dict[tuple[str, str, bool], bool] = {}
        self._excepted: dict[str, bool] = {}
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for host in allow_hosts:
            try:
                self._networks.append(ipaddress.ip_network(host.strip("[]"), strict=False))
            except ValueError:
                self._names.add(host.lower())

    async def resolve(self, host: str, port: int, *, exceptions: bool = True) -> list[str] | Refusal:
        """Addresses to try in turn, as text; without `exceptions`, `allow_hosts` does not count."""
        if _is_literal(host):  # an address needs no look-up, but the same check
            return [host] if self.allows(host, host, exceptions=exceptions) else self._refusal(host, [host])
        try:
            found = await self._look_up(host, port)
        except (OSError, UnicodeError) as error:
            return Refusal(f"cannot find the host {host}: {getattr(error, 'strerror', None) or error}", policy=False)
        addresses = list(dict.fromkeys(found))
        allowed = [address for address in addresses if self.allows(host, address, exceptions=exceptions)]
        return allowed or self._refusal(host, addresses)

    def _refusal(self, host: str, addresses: list[str]) -> Refusal:
        return Refusal(
            f"{host} is not a public address ({', '.join(addresses[:2])}); "
            "if you mean it, list the host under fetch.allow_hosts",
            policy=True,
        )

    def is_exception(self, host: str) -> bool:
        """Whether `allow_hosts` names it: a private host of the person's own."""
        known = self._excepted.get(host)
        if known is None:
            if len(self._excepted) >= DECISIONS_REMEMBERED:
                self._excepted.clear()
            known = self._excepted[host] = host.lower() in self._names or (
                _is_literal(host) and any(_within(ipaddress.ip_address(host), network) for network in self._networks)
            )
        return known

    def allows(self, host: str, address: str, *, exceptions: bool = True) -> bool:
        """May we connect to this address, found under this name?"""
        question = (host, address, exceptions)
        known = self._decided.get(question)
        if known is None:
            if len(self._decided) >= DECISIONS_REMEMBERED:
                self._decided.clear()
            known = self._decided[question] = self._decide(host, address, exceptions)
        return known

    def _decide(self, host: str, address: str, exceptions: bool) -> bool:
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        plain = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped else parsed
        if exceptions and (host.lower() in self._names or any(_within(plain, network) for network in self._networks)):
            return True
        # A zone means nothing on a public address, but would send the connection through another look-up.
        return "%" not in address and is_public(parsed)


def _within(address: Address, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    return address.version == network.version and address in network


@lru_cache(maxsize=4096)
def _is_literal(host: str) -> bool:
    """An IP address as `ipaddress` reads it; what else a resolver takes for one (127.1, 0x7f000001) is looked up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: Address) -> bool:
    """Public unicast."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return False  # nobody publishes mapped addresses; they are used to get around filters
    if address.is_multicast or address.is_unspecified or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return not any(_within(address, network) for network in _REFUSED_NETWORKS)
