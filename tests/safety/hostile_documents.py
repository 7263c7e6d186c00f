"""Documents that mean harm, for every kind of source; small to write down, large or endless to read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.documents.entries import Kind
from tests.servers.feeds import bomb

SENTINEL = "sentinel-of-a-file-that-nobody-may-read"

_RSS = "<rss version='2.0'><channel><title>t</title>{items}</channel></rss>"
_ITEM = "<item><guid>1</guid><title>{text}</title></item>"
_LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'ha ha '}'>" for n in range(10))  # 10 ** 9 laughs
_XINCLUDE = (
    "<item><guid>1</guid><title><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='PLACE' parse='text'/>"
    "</title></item>"
)
_SCHEMA = (
    "<item xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='x PLACE'>"
    "<guid>1</guid><title>x</title></item>"
)
_QUADRATIC = f"<!ENTITY q '{'q' * 50_000}'>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """`make` gives the bytes: some are long."""

    name: str
    make: Callable[[], bytes]
    kind: Kind = Kind.FEED
    options: dict[str, str] = field(default_factory=dict)
    content_type: str = ""


def _laughing(encoding: str, declared: str, subset: str, text: str, kind: Kind = Kind.FEED) -> bytes:
    body = _RSS.format(items=_ITEM.format(text=text))
    if kind is Kind.SITEMAP:
        body = _as_sitemap(body)
    if kind is Kind.PAGE:
        body = f"<html><body><item><title>{text}</title></item></body></html>"
    return f"<?xml version='1.0' encoding='{declared}'?><!DOCTYPE rss [{subset}]>{body}".encode(encoding)


ENCODINGS = {
    "UTF-8": ("utf-8", "utf-8"),
    "UTF-16 with a mark": ("utf-16", "utf-16"),
    "UTF-16BE": ("utf-16-be", "utf-16be"),
    "UTF-32": ("utf-32", "utf-32"),
    "UTF-7": ("utf-7", "utf-7"),
    "Latin-1": ("latin-1", "iso-8859-1"),
    "a lie": ("utf-16", "us-ascii"),
}


def entity_bombs() -> Iterator[Hostile]:
    for name, (encoding, declared) in ENCODINGS.items():
        for kind in (Kind.FEED, Kind.SITEMAP, Kind.PAGE):
            options = {"item": "item"} if kind is Kind.PAGE else {}
            make = partial(_laughing, encoding, declared, _LAUGHS, "&l9;", kind)
            yield Hostile(name=f"billion laughs in {name} as {kind}", make=make, kind=kind, options=options)
        make = partial(_laughing, encoding, declared, _QUADRATIC, "&q;" * 20_000)
        yield Hostile(name=f"quadratic blow-up in {name}", make=make)


def outsiders(secret: Path, canary: int) -> Iterator[Hostile]:
    """Documents that want another document: `secret`, or one at the canary's port."""
    places = [secret.as_uri(), str(secret), f"http://127.0.0.1:{canary}/x.dtd", f"http://[::1]:{canary}/x.dtd"]
    for place in places:
        documents = {
            "general entity": (f"<!DOCTYPE rss [<!ENTITY x SYSTEM '{place}'>]>", _ITEM.format(text="&x;")),
            "public entity": (f"<!DOCTYPE rss [<!ENTITY x PUBLIC 'p' '{place}'>]>", _ITEM.format(text="&x;")),
            "parameter entity": (
                f"<!DOCTYPE rss [<!ENTITY % x SYSTEM '{place}'> %x;]>",
                _ITEM.format(text="x"),
            ),
            "entity out of a parameter": (
                f"<!DOCTYPE rss [<!ENTITY % f SYSTEM '{place}'><!ENTITY % e \"<!ENTITY x '%f;'>\">%e;]>",
                _ITEM.format(text="&x;"),
            ),
            "external subset": (f"<!DOCTYPE rss SYSTEM '{place}'>", _ITEM.format(text="&x;")),
            "XInclude": ("", _XINCLUDE.replace("PLACE", place)),
            "stylesheet": (f"<?xml-stylesheet type='text/xsl' href='{place}'?>", _ITEM.format(text="x")),
            "schema": ("", _SCHEMA.replace("PLACE", place)),
            "base": (
                "",
                f"<item xml:base='{place}'><guid>1</guid><title>x</title><link>a</link></item>",
            ),
        }
        for name, (prolog, item) in documents.items():
            for kind in (Kind.FEED, Kind.SITEMAP, Kind.PAGE):
                body = f"<?xml version='1.0'?>{prolog}{_RSS.format(items=item)}"
                if kind is Kind.SITEMAP:
                    body = _as_sitemap(body)
                yield Hostile(
                    name=f"{name} at {place} as {kind}",
                    make=partial(str.encode, body),
                    kind=kind,
                    options={"item": "item", "title": "title"} if kind is Kind.PAGE else {},
                )


def _as_sitemap(feed: str) -> str:
    for ours, theirs in (("item", "url"), ("title", "loc"), ("rss", "urlset")):
        feed = feed.replace(f"<{ours}", f"<{theirs}").replace(f"</{ours}", f"</{theirs}")
    return feed.replace("<channel>", "").replace("</channel>", "")


def _feed(items: str) -> bytes:
    return _RSS.format(items=items).encode()


PAGE = {"item": "li", "title": "*"}
API = {"items": "items", "title": "title", "id": "id"}

LARGE = [
    Hostile(
        name="author that takes quadratic time",
        make=lambda: _feed(f"<item><author>{'(' * 64_000}</author><title>x</title></item>"),
    ),
    Hostile(
        name="author that takes quadratic time, in dc:creator",
        make=lambda: _feed(
            "<item xmlns:dc='http://purl.org/dc/elements/1.1/'>"
            f"<dc:creator>{'a@' * 32_000}</dc:creator><title>x</title></item>"
        ),
    ),
    Hostile(name="200,000 empty items", make=lambda: _feed("<item/>" * 200_000)),
    Hostile(
        name="200,000 small items",
        make=lambda: _feed("".join(f"<item><title>{n}</title></item>" for n in range(200_000))),
    ),
    Hostile(
        name="20 MB of items with text",
        make=lambda: _feed(
            "".join(
                f"<item><title>{n}</title><description>{'数据中心 ' * 200}</description></item>" for n in range(6_500)
            )
        ),
    ),
    Hostile(name="100,000 levels", make=lambda: _feed("<item>" + "<a>" * 100_000 + "</a>" * 100_000 + "</item>")),
    Hostile(
        name="100,000 levels inside a text",
        make=lambda: _feed(f"<item><description>{'&lt;b&gt;' * 100_000}</description></item>"),
    ),
    Hostile(
        name="100,000 attributes",
        make=lambda: _feed("<item " + " ".join(f"a{n}='x'" for n in range(100_000)) + "><title>x</title></item>"),
    ),
    Hostile(name="one text of 19 MB", make=lambda: _feed(_ITEM.format(text="ha " * 6_300_000))),
    Hostile(name="one markup of 19 MB", make=lambda: _feed(_ITEM.format(text="&lt;p&gt;ha" * 1_700_000))),
    Hostile(
        name="one address of 10 MB",
        make=lambda: _feed(f"<item><link>http://a.example/{'x' * 10_000_000}</link></item>"),
    ),
    Hostile(
        name="50 links of 300 KB",
        make=lambda: _feed(
            "<item><title>x</title><description><![CDATA["
            + "".join(f"<a href='http://a.example/{n}{'x' * 300_000}'>a</a>" for n in range(50))
            + "]]></description></item>"
        ),
    ),
    Hostile(name="NUL bytes", make=lambda: _feed("<item><title>a\0b</title></item>") + bytes(1_000_000)),
    Hostile(
        name="broken UTF-8",
        make=lambda: b"<?xml version='1.0'?>" + _feed("<item><title>\xff").replace(b"\xc3\xbf", b"\xff\xfe\x80") * 1000,
    ),
    Hostile(
        name="an unknown encoding",
        make=lambda: b"<?xml version='1.0' encoding='rot13'?>" + _feed(_ITEM.format(text="x")),
    ),
    Hostile(
        name="an encoding that unpacks",
        make=lambda: b"<?xml version='1.0' encoding='zlib'?>" + _feed(_ITEM.format(text="x")),
    ),
    Hostile(
        name="200,000 namespaces", make=lambda: _feed("".join(f"<a{n}:b xmlns:a{n}='u{n}'/>" for n in range(200_000)))
    ),
    Hostile(name="a comment of 19 MB", make=lambda: _feed("<!--" + "- " * 9_500_000 + "-->")),
    Hostile(name="open CDATA sections", make=lambda: _feed("<item><title><![CDATA[" * 300_000)),
    Hostile(name="open tags", make=lambda: b"<" * 10_000_000),
    Hostile(name="ampersands", make=lambda: _feed(_ITEM.format(text="&" * 5_000_000))),
    Hostile(name="references", make=lambda: _feed(_ITEM.format(text="&#65;" * 3_000_000))),
    Hostile(
        name="JSON feed of 200,000 items",
        make=lambda: json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": str(n)} for n in range(200_000)]}
        ).encode(),
    ),
    Hostile(name="JSON of 100,000 levels", make=lambda: b"[" * 100_000 + b"]" * 100_000, kind=Kind.JSON, options=API),
    Hostile(name="JSON objects of 100,000 levels", make=lambda: b'{"items":' * 100_000, kind=Kind.JSON, options=API),
    Hostile(
        name="JSON number of 10 MB", make=lambda: b'{"items":[' + b"9" * 10_000_000 + b"]}", kind=Kind.JSON, options=API
    ),
    Hostile(
        name="JSON of 500,000 items",
        make=lambda: json.dumps({"items": [{"id": n, "title": "x"} for n in range(500_000)]}).encode(),
        kind=Kind.JSON,
        options=API,
    ),
    Hostile(
        name="JSON that never closes", make=lambda: b'{"items":["' + b"x" * 10_000_000, kind=Kind.JSON, options=API
    ),
    Hostile(
        name="JSON Feed that lies of UTF-32", make=lambda: b"\xff\xfe\0\0" + b"{" * 999_999, kind=Kind.JSON, options=API
    ),
    Hostile(
        name="page of 300,000 items",
        make=lambda: b"<html><ul>" + b"<li><a href=/x>y</a>" * 300_000,
        kind=Kind.PAGE,
        options=PAGE,
    ),
    Hostile(
        name="page of 100,000 levels", make=lambda: b"<html>" + b"<div><li>" * 100_000, kind=Kind.PAGE, options=PAGE
    ),
    Hostile(
        name="page of 100,000 attributes",
        make=lambda: b"<html><li " + b" ".join(b"a%d=x" % n for n in range(100_000)) + b">x</li>",
        kind=Kind.PAGE,
        options=PAGE,
    ),
    Hostile(
        name="page of one text of 10 MB", make=lambda: b"<html><li>" + b"ha " * 3_300_000, kind=Kind.PAGE, options=PAGE
    ),
    Hostile(
        name="page with a costly selector",
        make=lambda: b"<html>" + b"<ul><li>x" * 5_000,
        kind=Kind.PAGE,
        options={"item": "ul ul ul ul ul li ~ li ~ li ~ li"},
    ),
    Hostile(
        name="sitemap of 400,000 addresses",
        make=lambda: b"<urlset>" + b"<url><loc>http://a.example/%d</loc></url>" * 400_000 + b"</urlset>",
        kind=Kind.SITEMAP,
    ),
    Hostile(name="sitemap of 100,000 levels", make=lambda: b"<urlset>" + b"<url>" * 100_000, kind=Kind.SITEMAP),
    Hostile(name="sitemap that inflates to 1 GB", make=lambda: b"".join(bomb()), kind=Kind.SITEMAP),
    Hostile(name="sitemap of many members", make=lambda: gzip.compress(b"") * 900_000, kind=Kind.SITEMAP),
    Hostile(name="sitemap of ampersands", make=lambda: b"<urlset>" + b"<![CDATA[&" * 1_000_000, kind=Kind.SITEMAP),
    Hostile(name="sitemap of one line", make=lambda: b"http://a.example/" + b"x" * 15_000_000, kind=Kind.SITEMAP),
]
