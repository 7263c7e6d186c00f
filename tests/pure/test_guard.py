"""Where we may connect. Tables of addresses in every disguise that resolves to them."""

from __future__ import annotations

import asyncio
import ipaddress

import pytest

from bot.sources.guard import Guard, Refusal, is_public

PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.88.99.1", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
    "::ffff:8.8.8.8", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::",
    "2001:0:1::", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001::1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "::1"])
def test_every_disguise_of_loopback_is_refused(host: str) -> None:
    found = asyncio.run(Guard().resolve(host, 80))
    assert isinstance(found, Refusal)


def test_exceptions_by_name_address_and_network() -> None:
    assert Guard(["localhost"]).allows("localhost", "127.0.0.1")
    assert not Guard(["localhost"]).allows("127.0.0.1", "127.0.0.1")
    assert Guard(["127.0.0.1"]).allows("127.0.0.1", "127.0.0.1")
    assert Guard(["10.0.0.0/8"]).allows("rsshub", "10.1.2.3")
    assert not Guard(["10.0.0.0/8"]).allows("rsshub", "11.1.2.3") or is_public(ipaddress.ip_address("11.1.2.3"))
    assert Guard(["[::1]"]).allows("::1", "::1")
