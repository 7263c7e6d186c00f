"""Addresses that lead, or may lead, where nobody from outside should be: as written by somebody who means harm."""

from __future__ import annotations

HOSTS = (
    # loopback, as every resolver and browser of the last thirty years has read it
    "127.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "127.000.000.001", "127.255.255.254", "2130706433", "0x7f000001",
    "0x7f.1", "0x7F.0.0.0x1", "0177.0.0.1", "017700000001", "0177.0x0.1", "0", "0.0.0.0", "0x0", "localhost",
    "LOCALHOST", "localhost.", "LOCALHOST.", "localhost.localdomain", "ip6-localhost", "x.localhost",
    "１２７.0.0.1", "１２７。０。０。１", "①②⑦.0.0.1", "127｡0｡0｡1", "ⓛocalhost", "ｌｏｃａｌｈｏｓｔ",
    "127%2e0%2e0%2e1", "%6cocalhost",
    # loopback inside IPv6
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::FFFF:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:0001]", "[::127.0.0.1]", "[::7f00:1]",
    "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:1::1]",
    "[2001:0:7f00:1::80ff:fffe]", "[::1%lo]", "[::1%25lo]", "[fe80::1%lo]", "[fe80::1%25lo]",
    "[2606:4700:4700::1111%25lo]", "[::ffff:0:127.0.0.1]",
    # private, shared, reserved, of documentation, of many
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.1.1", "169.254.169.254",
    "0xa9fea9fe", "[::ffff:169.254.169.254]", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.0.170",
    "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "198.19.255.255", "192.88.99.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "0.1.2.3", "[fc00::1]", "[fd12:3456:789a::1]", "[fe80::1]",
    "[fec0::1]", "[ff02::1]", "[ff0e::1]", "[2001:db8::1]", "[100::1]", "[2001:2::1]", "[2001:10::1]", "[5f00::1]",
    "[::ffff:8.8.8.8]",
)  # fmt: skip

ADDRESSES = (
    # userinfo, backslashes, signs that end a host for one reader and not for another
    "http://good.example@127.0.0.1:{port}/", "http://good.example:80@127.0.0.1:{port}/",
    "http://good.example\\@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@good.example/",
    "http://127.0.0.1:{port}#@good.example/", "http://127.0.0.1:{port}?@good.example/",
    "http://127.0.0.1:{port}%2f@good.example/", "http://good.example%00@127.0.0.1:{port}/",
    "http://127.0.0.1%00.good.example:{port}/", "http://127.0.0.1%2f:{port}/", "http://127.0.0.1%0a:{port}/",
    "http://[::1]%2f@good.example:{port}/", "http://@127.0.0.1:{port}/", "http://:@127.0.0.1:{port}/",
    "http://a@b@127.0.0.1:{port}/", "http://127.0.0.1 :{port}/", "http:// 127.0.0.1:{port}/",
    "http://127.0.0.1\t:{port}/", "http://127.\n0.0.1:{port}/", "ht\ntp://127.0.0.1:{port}/",
    "\thttp://127.0.0.1:{port}/", "http://127.0.0.1:{port}/\r\nX-Injected: yes", "http://127.0.0.1:0{port}/",
    "http://127.0.0.1:+{port}/", "HTTP://127.0.0.1:{port}/", "hTTps://127.0.0.1:{port}/", "https://[::1]:{port}/",
    "https://localhost:{port}/", "http:///127.0.0.1:{port}/", "http:/127.0.0.1:{port}/", "http:127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}\\", "//127.0.0.1:{port}/", "///127.0.0.1:{port}/", "\\\\127.0.0.1:{port}\\",
    "/\\127.0.0.1:{port}/", "http://127.0.0.1:{port}", "http://[::ffff:127.0.0.1]:{port}/x?y=z",
    # other ways than HTTP
    "ftp://127.0.0.1:{port}/", "file:///etc/passwd", "file://127.0.0.1/etc/passwd", "gopher://127.0.0.1:{port}/_GET",
    "dict://127.0.0.1:{port}/", "data:text/xml,<rss/>", "ws://127.0.0.1:{port}/", "jar:http://127.0.0.1:{port}!/",
    "unix:///var/run/docker.sock", "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "http://unix:/var/run/docker.sock:/",
    "ldap://127.0.0.1:{port}/", "tftp://127.0.0.1:{port}/", "javascript:alert(1)", "view-source:http://127.0.0.1:{port}/",
    "feed://127.0.0.1:{port}/", "feed:http://127.0.0.1:{port}/", "about:blank", "",
)  # fmt: skip


def forms(port: int) -> list[str]:
    """Every form as an address; where a port can stand, it is the canary's."""
    return [f"http://{host}:{port}/" for host in HOSTS] + [
        address.replace("{port}", str(port)) for address in ADDRESSES
    ]
