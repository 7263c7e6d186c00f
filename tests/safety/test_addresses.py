"""Where we may connect: every form of every forbidden address, on every way to a fetch; nobody gets there."""

from __future__ import annotations

import ast
import asyncio
import html
import json
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import pytest

from bot.documents.entries import Kind
from bot.event_loop import complete
from bot.sources.fetch import Fetcher
from bot.sources.fetch_results import Fetched, FetchFailure, FetchResult
from bot.sources.guard import Guard, LookUp, Refusal, system_look_up
from tests.safety.fetching import Order, fetch_apart
from tests.safety.forms import forms
from tests.safety.raw_server import ALLOWED, Canary, RawServer, answer, redirect
from tests.safety.watching import source, watching
from tests.servers.process import CHECKOUT
from tests.shell import Shell
from tests.world import RULES, Folder, rss

REFUSED = {"refused address", "unknown host", "bad redirect"}
"""How a fetch of a forbidden address may end: "no connection" would mean that one was tried."""

FAILED = "failed"


def fetcher(allow: Sequence[str] = (ALLOWED,), look_up: LookUp = system_look_up) -> Fetcher:
    guard = Guard(allow, look_up=look_up)
    return Fetcher(guard=guard, user_agent="t", deadline=3, max_size=10**6, host_gap=0, concurrency=16)


def fetched(*urls: str, by: Fetcher | None = None) -> list[FetchResult]:
    async def all_of_them() -> list[FetchResult]:
        one = by or fetcher()
        return list(await asyncio.gather(*(one.get(url) for url in urls)))

    return complete(all_of_them())


def reason(found: FetchResult) -> str:
    return found.reason.value if isinstance(found, FetchFailure) else type(found).__name__


def test_there_are_more_than_sixty_forms() -> None:
    assert len(set(forms(1))) > 140


def test_no_form_is_connected_to() -> None:
    with Canary() as canary:
        addresses = forms(canary.port)
        ends = {address: reason(found) for address, found in zip(addresses, fetched(*addresses), strict=True)}
        assert {address: end for address, end in ends.items() if end not in REFUSED} == {}
        assert canary.reached == 0


def test_exceptions_hold_on_a_sources_own_host_not_on_what_a_stranger_links_to() -> None:
    async def get(url: str, home: str) -> FetchResult:
        return await fetcher(["127.0.0.0/8"]).get(url, home=home)

    with Canary() as canary, RawServer({"/page": answer(b"a page")}) as server:
        stranger = complete(get(f"http://127.0.0.1:{canary.port}/", server.url("/feed")))
        assert reason(stranger) == "refused address"
        assert canary.reached == 0
        assert isinstance(complete(get(server.url("/page"), server.url("/feed"))), Fetched)


def test_no_redirect_leads_there_whatever_its_status() -> None:
    with Canary() as canary, RawServer({}) as server:
        addresses = forms(canary.port)
        for number, (address, status) in enumerate(zip(addresses, cycle((301, 302, 303, 307, 308)), strict=False)):
            server.scripts[f"/{number}"] = redirect(address, status)
        found = fetched(*(server.url(f"/{number}") for number in range(len(addresses))))
        # Some forms are, to a redirect, relative addresses: they stay at the host that was allowed.
        ends = {address: reason(one) for address, one in zip(addresses, found, strict=True)}
        assert {address: end for address, end in ends.items() if end not in REFUSED | {"HTTP error"}} == {}
        assert canary.reached == 0


def test_no_kind_of_source_is_fetched_from_there(folder: Folder) -> None:
    options: dict[Kind, dict[str, str]] = {
        Kind.FEED: {},
        Kind.PAGE: {"item": "li"},
        Kind.JSON: {"items": "@", "title": "t"},
        Kind.SITEMAP: {},
    }

    async def poll(addresses: list[str]) -> dict[str, str]:
        # One poll fetches like the next one; each form goes through the fetcher above, so that kinds can take turns.
        sources = [
            source(f"s{number}", address, kind=kind, options=options[kind])
            for number, (address, kind) in enumerate(zip(addresses, cycle(options), strict=False))
        ]
        async with watching(folder, sources) as app:
            reports = await app.poll_many(app.store.sources.named())
            return {report.source: f"{report.outcome.value}: {report.reason}" for report in reports}

    with Canary() as canary:
        addresses = forms(canary.port)
        ends = complete(poll(addresses))
        assert len(ends) == len(addresses)
        assert {key: end for key, end in ends.items() if not end.startswith(FAILED) or "no connection" in end} == {}
        assert canary.reached == 0


def test_no_sitemap_index_leads_there(folder: Folder) -> None:
    async def poll(server: RawServer, count: int) -> list[str]:
        sources = [source(f"s{number}", server.url(f"/{number}"), kind=Kind.SITEMAP) for number in range(count)]
        async with watching(folder, sources) as app:
            return [report.reason for report in await app.poll_many(app.store.sources.named())]

    with Canary() as canary, RawServer({}) as server:
        addresses = forms(canary.port)
        batches = [addresses[at : at + 3] for at in range(0, len(addresses), 3)]
        for number, batch in enumerate(batches):
            places = "".join(f"<sitemap><loc>{html.escape(address)}</loc></sitemap>" for address in batch)
            server.scripts[f"/{number}"] = answer(f"<sitemapindex>{places}</sitemapindex>".encode())
        told = " ".join(complete(poll(server, len(batches))))
        assert canary.reached == 0
    assert told.count("refused address") > 60
    assert "no connection" not in told


ARTICLE = (
    "<html><head><title>Tesla</title><link rel=canonical href='{canonical}'></head><body><article><p>"
    + "Tesla opens a data center in Sacramento, and everybody was there to see it. " * 20
    + "</p></article></body></html>"
)


async def pages_read(folder: Folder, server: RawServer, links: Sequence[str]) -> list[str]:
    """How each of these articles' pages ended, after a feed has brought the links to them."""
    items = [
        {"guid": f"g{number}", "title": f"Tesla data center {number}", "link": html.escape(link)}
        for number, link in enumerate(links)
    ]
    old = {"guid": "old", "title": "old", "link": server.url("/old")}
    server.scripts["/feed"] = answer(rss(old).encode())
    async with watching(folder, [source("s", server.url("/feed"), full_text="always")]) as app:
        await app.poll_many(app.store.sources.named())  # the baseline, whose pages nobody wants
        server.scripts["/feed"] = answer(rss(old, *items).encode())
        await app.poll_many(app.store.sources.named())
        ends: list[str] = []
        while pages := app.store.pages.due(now=app.now(), limit=1000):
            ends += [f"{report.outcome.value}: {report.reason}" for report in await app.read_pages(pages)]
        return ends


def test_no_link_of_an_article_leads_there_nor_does_what_a_page_calls_its_own_address(folder: Folder) -> None:
    with Canary() as canary, RawServer({}) as server:
        addresses = forms(canary.port)
        few = addresses[::5]
        for number, address in enumerate(few):
            server.scripts[f"/{number}"] = redirect(address)
        page = ARTICLE.format(canonical=f"http://127.0.0.1:{canary.port}/article")
        server.scripts["/canonical"] = answer(page.encode(), content_type="text/html")
        redirected = [server.url(f"/{number}") for number in range(len(few))]
        ends = complete(pages_read(folder, server, [*addresses, *redirected, server.url("/canonical")]))
        assert canary.reached == 0
    assert len(ends) > 140
    assert [end for end in ends if "no connection" in end] == []
    assert ends.count("read: ") == 1


def test_no_robots_txt_leads_there(folder: Folder) -> None:
    with Canary() as canary, RawServer({}) as server:
        server.scripts["/robots.txt"] = redirect(f"http://127.0.0.1:{canary.port}/robots.txt")
        server.scripts["/article"] = answer(ARTICLE.format(canonical="").encode(), content_type="text/html")
        (end,) = complete(pages_read(folder, server, [server.url("/article")]))
        assert canary.reached == 0
        assert "/robots.txt" in server.asked
        assert "/article" not in server.asked
    assert "robots.txt cannot be fetched" in end


DISCOVERED = "<html><head><title>News</title>{links}</head><body><p>Welcome to the news, all of it.</p></body></html>"


@pytest.mark.parametrize("command", ["rules explain", "sources add --yes", "sources try"])
def test_no_command_goes_there(command: str, shell: Shell) -> None:
    """A form or two each: commands fetch by the same fetcher, which all forms went through."""
    shell.write("rules/data-centers.yaml", RULES)
    fetch = {"allow_hosts": [ALLOWED], "host_gap": "0s", "deadline": "3s"}
    shell.write("rackwatch.yaml", json.dumps({"fetch": fetch}))
    with Canary() as canary, RawServer({}) as server:
        addresses = forms(canary.port)
        feeds = [f"<link rel=alternate type=application/rss+xml href='{html.escape(one)}'>" for one in addresses]
        server.scripts["/page"] = answer(DISCOVERED.format(links="".join(feeds)).encode(), content_type="text/html")
        server.scripts["/away"] = redirect(addresses[0])
        for address in (f"http://127.1:{canary.port}/", server.url("/away"), server.url("/page")):
            shell(*command.split(), address, code=None)
        assert canary.reached == 0
        assert {"/away", "/page"} <= set(server.asked)


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Names:
    """A name server of tests: each look-up of a name takes the next of its answers, the last one for ever."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    async def look_up(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        answers = self._answers[host.partition(".")[0]]
        return answers.pop(0) if len(answers) > 1 else answers[0]


def test_of_public_and_private_answers_to_one_name_only_the_public_count() -> None:
    names = Names(mixed=[["10.0.0.1", "8.8.8.8", "::1", "127.0.0.1", "2606:4700:4700::1111", "fd00::1"]])
    guard = Guard(look_up=names.look_up)
    assert asyncio.run(guard.resolve("mixed.example", 80)) == ["8.8.8.8", "2606:4700:4700::1111"]


def test_the_connection_goes_to_the_address_that_was_checked_whatever_the_name_means_a_moment_later() -> None:
    with Canary() as canary, RawServer({"/": answer(b"<rss/>")}) as server:
        names = Names(rebind=[[ALLOWED], ["127.0.0.1"]])
        url = f"http://rebind.example:{server.port}/"
        rebinding = fetcher(look_up=names.look_up)
        assert isinstance(fetched(url, by=rebinding)[0], Fetched)
        assert names.asked == ["rebind.example"]
        (second,) = fetched(f"http://rebind.example:{canary.port}/", by=fetcher(look_up=names.look_up))
        assert reason(second) == "refused address"
        assert canary.reached == 0


def test_a_redirect_to_another_name_is_looked_up_and_checked_anew() -> None:
    with Canary() as canary, RawServer({}) as server:
        server.scripts["/"] = redirect(f"http://inside.example:{canary.port}/")
        names = Names(outside=[[ALLOWED]], inside=[["127.0.0.1", "::1"]])
        (found,) = fetched(f"http://outside.example:{server.port}/", by=fetcher(look_up=names.look_up))
        assert reason(found) == "refused address"
        assert canary.reached == 0


@pytest.mark.parametrize(
    ("allow", "host", "address", "allowed"),
    [
        (["rsshub.lan"], "rsshub.lan", "10.0.0.9", True),
        (["rsshub.lan"], "RSSHub.lan", "10.0.0.9", True),
        (["rsshub.lan"], "rsshub.lan.example", "10.0.0.9", False),
        (["rsshub.lan"], "10.0.0.9", "10.0.0.9", False),
        (["10.0.0.9"], "10.0.0.9", "10.0.0.9", True),
        (["10.0.0.9"], "10.0.0.10", "10.0.0.10", False),
        (["10.0.0.0/24"], "rsshub.lan", "10.0.0.9", True),
        (["10.0.0.0/24"], "rsshub.lan", "10.0.1.9", False),
        (["10.0.0.0/24"], "x.example", "::ffff:10.0.0.9", True),
        (["[fd00::]/8"], "x.example", "fd00::1", False),
        (["fd00::/8"], "x.example", "fd00::1", True),
        (["[::1]"], "::1", "::1", True),
        (["fe80::/10"], "x.example", "fe80::1%eth0", True),
        ([], "x.example", "2606:4700:4700::1111%eth0", False),
        ([], "x.example", "no address", False),
    ],
)
def test_exceptions_are_names_addresses_and_networks(allow: list[str], host: str, address: str, allowed: bool) -> None:
    names = Names(**{host.partition(".")[0]: [[address]]})
    found = asyncio.run(Guard(allow, look_up=names.look_up).resolve(host, 80))
    assert found == [address] if allowed else isinstance(found, Refusal)


# ── what the environment says ────────────────────────────────────────────────────────────────────────────────────────


def test_neither_proxies_nor_netrc_of_the_environment_are_used(tmp_path: Path) -> None:
    with Canary() as proxy, RawServer({"/feed": answer(b"<rss/>")}) as server:
        (tmp_path / ".netrc").write_text(f"machine {ALLOWED} login me password secret\n", encoding="utf-8")
        (tmp_path / ".netrc").chmod(0o600)
        there = f"http://127.0.0.1:{proxy.port}"
        names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
        environment = dict.fromkeys(names, there) | {"HOME": str(tmp_path), "NETRC": str(tmp_path / ".netrc")}
        (ended,) = fetch_apart(Order(urls=[server.url("/feed")]), environment)
        assert (ended.reason, proxy.reached) == ("", 0)
        assert all(b"authorization" not in head.lower() for head in server.heads)


def test_only_known_files_can_open_a_connection() -> None:
    """Whoever adds a way to the network comes by here, and by the guard."""
    networks = {"socket", "ssl", "http", "urllib", "httpx", "aiohttp", "requests", "smtplib", "ftplib", "telegram"}
    harmless = {"urllib.parse", "urllib.robotparser", "http", "urllib.error"}
    connecting = {"create_connection", "open_connection", "create_datagram_endpoint", "sock_connect", "urlopen"}
    found = set()
    for file in sorted((CHECKOUT / "bot").rglob("*.py")):
        name = file.relative_to(CHECKOUT).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(one.partition(".")[0] in networks and one not in harmless for one in modules):
                found.add(name)
            if isinstance(node, ast.Attribute) and node.attr in connecting:
                found.add(name)
    assert found - {name for name in found if name.startswith("bot/demo/")} == {
        "bot/telegram_door/notifier.py",  # the Bot API, at the address that the person's settings name
        "bot/telegram_door/speaking.py",  # the same, for answers
        "bot/telegram_door/updates.py",  # the same, for what people write
        "bot/telegram_door/files.py",  # the same, for files that people send
        "bot/telegram_door/webhook.py",  # where Telegram calls; off unless it is set
        "bot/sources/exchange.py",
        "bot/sources/fetch.py",  # httpx.URL, ssl's errors
        "bot/sources/guard.py",
    }
