"""First sights and long stops flood nobody: what is old news is told in one digest for each chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.alerts.content import DigestContent
from bot.demo.feed_formats import Item, rss2
from bot.settings import load_settings
from tests.pipeline.web import MINUTE, SITE, START, Watch, Web, item, watching
from tests.world import RULES, Folder

DAY = timedelta(days=1)
CITIES = ("Reno", "Oslo", "Cairo", "Lima", "Quito", "Perth", "Kyoto", "Malmo")
LOW = RULES.replace("watch: data-centers", "watch: low").replace("priority: high", "priority: low")


def news(number: int, at: datetime = START - 2 * DAY, *, name: str = "") -> Item:
    """One story each; another `name` makes another article on it."""
    city = CITIES[number]
    return item(name or city, f"Tesla opens a data center in {city}", f"In {city} on Monday.", at=at)


def feed(*items: Item, dated: bool = True) -> str:
    text = rss2(SITE, items).decode()
    return text if dated else "".join(line for line in text.splitlines(keepends=True) if "pubDate" not in line)


def source(web: Web, name: str, **more: Any) -> dict[str, Any]:
    return {"key": name, "url": f"{web.base}/{name}.xml", "publisher": name.title()} | more


def play(
    folder: Folder,
    scenario: Callable[[Web, Watch], Awaitable[None]],
    *names: str,
    full_text: str = "never",
    **sections: Any,
) -> None:
    async def main() -> None:
        web = Web()
        for name in names:
            web.publish(f"/{name}.xml", feed())
        sources = [source(web, name, full_text=full_text) for name in names]
        async with watching(folder, web, sources=sources, **sections) as watch:
            await scenario(web, watch)

    asyncio.run(main())


def digests(watch: Watch, chat: str = "console") -> list[DigestContent]:
    """The digests of a chat, oldest first."""
    notices = [item.content for item in watch.app.store.outbox.notices(limit=1000) if item.chat == chat]
    return [found for content in reversed(notices) if (found := DigestContent.from_json(content)) is not None]


def titles(content: DigestContent) -> list[str]:
    return [line.title.removeprefix("Tesla opens a data center in ") for line in content.lines]


def alerted(watch: Watch) -> int:
    return len(watch.app.store.outbox.alerts(limit=1000))


# ── first sight ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_sight_of_many_sources_is_one_digest(folder: Folder) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        for number, name in enumerate(names):
            web.publish(f"/{name}.xml", feed(news(number, START - (number + 1) * DAY)))
        await watch.look()
        assert alerted(watch) == 0
        assert await watch.app.old_news.tell() == 0, "more may come"
        watch.now += 10 * MINUTE
        assert await watch.app.old_news.tell() == 1
        (digest,) = digests(watch)
        assert digest.total == len(names)
        assert titles(digest) == ["Reno", "Oslo", "Cairo"], "the latest first"
        assert digest.why == ("first sight of A: 1", "first sight of B: 1", "first sight of C: 1")
        watch.now += DAY
        assert await watch.app.old_news.tell() == 0
        assert len(digests(watch)) == 1

    names = ("a", "b", "c")
    play(folder, scenario, *names)


def test_a_digest_does_not_wait_for_ever(folder: Folder) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        for number, name in enumerate(names):
            web.publish(f"/{name}.xml", feed(news(number)))
        (first, *others) = watch.app.store.sources.named()
        await watch.app.poll_many([first])
        for one in others:
            watch.now += 9 * MINUTE
            await watch.app.poll_many([one])
        assert await watch.app.old_news.tell() == 0
        watch.now += 6 * MINUTE  # an hour after the first
        assert await watch.app.old_news.tell() == 1

    names = ("a", "b", "c", "d", "e", "f", "g")
    play(folder, scenario, *names)


def test_each_chat_is_told_of_what_it_follows(folder: Folder) -> None:
    folder.write("rules/low.yaml", LOW.replace("Tesla", "Nordkap"))
    chats = {
        "all": {"kind": "console"},
        "high": {"kind": "console", "min_priority": "high"},
        "low": {"kind": "console", "watches": ["low"]},
    }

    async def scenario(web: Web, watch: Watch) -> None:
        other = item("nordkap", "Nordkap opens a data center in Bergen")
        web.publish("/a.xml", feed(news(0), other))
        await watch.look()
        assert await watch.app.old_news.tell(at_once=True) == 3
        assert [digests(watch, chat)[0].total for chat in chats] == [2, 1, 1]
        assert titles(digests(watch, "high")[0]) == ["Reno"]
        assert digests(watch, "low")[0].lines[0].title == other.title

    play(folder, scenario, "a", chats=chats)


def test_what_no_rule_matches_is_in_no_digest(folder: Folder) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        web.publish("/a.xml", feed(item("shop", "Tesla opens a shop")))
        await watch.look()
        assert await watch.app.old_news.tell(at_once=True) == 0

    play(folder, scenario, "a")


def test_one_story_of_two_sources_is_passed_over_once(folder: Folder) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        web.publish("/a.xml", feed(news(0)))
        web.publish("/b.xml", feed(news(0, name="b-reno")))
        await watch.look()
        await watch.app.old_news.tell(at_once=True)
        assert [digest.total for digest in digests(watch)] == [1]

    play(folder, scenario, "a", "b", alerts={"story_window": "14d"})


def test_a_passed_over_story_that_becomes_news_alerts_and_leaves_the_digest(folder: Folder) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        other = item("crete", "Tesla leaves its data center on Crete after a dispute over olive groves")
        web.publish("/a.xml", feed(news(0), other))
        await watch.look()
        web.publish("/b.xml", feed(news(0, START + MINUTE, name="b-reno")))
        await watch.look()
        ((alert,),) = watch.alerts().values()
        assert [report["publisher"] for report in alert["reports"]] == ["A", "B"], "the older report is told too"
        await watch.app.old_news.tell(at_once=True)
        assert [titles(digest) for digest in digests(watch)] == [[other.title]]

    play(folder, scenario, "a", "b", alerts={"story_window": "14d"})


# ── a long stop ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dated", [True, False])
def test_after_a_long_stop_only_what_is_fresh_alerts(folder: Folder, dated: bool) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        await watch.look()
        watch.now += 3 * DAY
        old = [news(number, START + DAY) for number in range(3)]
        fresh = [news(number, START + 3 * DAY) for number in range(3, 5)]
        web.publish("/a.xml", feed(*fresh, *old, dated=dated))
        await watch.look()
        assert alerted(watch) == (2 if dated else 0), "without a date nobody knows"
        await watch.app.old_news.tell(at_once=True)
        (digest,) = digests(watch)
        assert digest.total == (3 if dated else 5)
        assert digest.why == (f"a long stop: {digest.total}",)
        web.publish("/a.xml", feed(*fresh, *old, news(5, START + DAY), dated=dated))
        await watch.look()
        assert alerted(watch) == (3 if dated else 1), "from the next look on all is as ever"

    play(folder, scenario, "a")


@pytest.mark.parametrize("fresh_first", [True, False])
def test_old_and_fresh_articles_on_one_story_make_one_alert_and_no_digest(folder: Folder, fresh_first: bool) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        await watch.look()
        watch.now += 3 * DAY
        both = [news(0, START + 3 * DAY), news(0, START + DAY, name="before")]
        web.publish("/a.xml", feed(*both[:: 1 if fresh_first else -1]))
        await watch.look()
        assert alerted(watch) == 1
        assert await watch.app.old_news.tell(at_once=True) == 0

    play(folder, scenario, "a", alerts={"story_window": "14d"})


def test_a_stop_is_as_long_as_the_settings_say(folder: Folder) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        await watch.look()
        watch.now += 3 * DAY
        web.publish("/a.xml", feed(news(0, START + MINUTE)))
        await watch.look()
        assert alerted(watch) == 1

    play(folder, scenario, "a", alerts={"long_stop": "7d", "story_window": "0s"})


def test_an_alert_that_was_sent_grows_after_a_stop(folder: Folder) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        await watch.look()
        web.publish("/a.xml", feed(news(0, START + MINUTE)))
        await watch.look()
        assert alerted(watch) == 1
        watch.now += 3 * DAY
        web.publish("/b.xml", feed(news(0, START + DAY, name="b-reno")))
        await watch.look()
        ((alert,),) = watch.alerts().values()
        assert [report["publisher"] for report in alert["reports"]] == ["A", "B"]
        assert await watch.app.old_news.tell(at_once=True) == 0

    play(folder, scenario, "a", "b", alerts={"story_window": "14d"})


def pause_for_days(folder: Folder, web: Web, watch: Watch) -> None:
    for paused in (True, False):
        folder.configure(sources=[source(web, "a", paused=paused)], parser={"processes": 1})
        watch.app.adopt(load_settings(folder.path, environment={}), watch.app.candidate, watch.app.judging.owners)
        watch.now += 3 * DAY


def be_gone_for_days(_folder: Folder, _web: Web, watch: Watch) -> None:
    with watch.app.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE sources SET disabled_at = '2026-08-03T09:30:00.000000Z'")
    watch.now += 3 * DAY
    assert watch.app.store.sources.enable("a", now=watch.now)


@pytest.mark.parametrize("away", [pause_for_days, be_gone_for_days])
def test_a_source_that_was_resumed_says_so(folder: Folder, away: Callable[[Folder, Web, Watch], None]) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        await watch.look()
        away(folder, web, watch)
        web.publish("/a.xml", feed(news(0, START + DAY)))
        await watch.look()
        assert alerted(watch) == 0
        await watch.app.old_news.tell(at_once=True)
        assert [digest.why for digest in digests(watch)] == [("resumed A: 1",)]

    play(folder, scenario, "a")


def test_a_source_that_did_not_answer_says_so(folder: Folder) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        await watch.look()
        web.publish("/a.xml", "", status=500)
        for _ in range(3):
            watch.now += DAY
            await watch.look()
        web.publish("/a.xml", feed(news(0, START + DAY)))
        await watch.look()
        await watch.app.old_news.tell(at_once=True)
        assert [digest.why for digest in digests(watch)] == [("not reachable for long A: 1",)]

    play(folder, scenario, "a")


def test_what_only_the_page_says_is_passed_over_with_its_article(folder: Folder) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        web.publish("/robots.txt", "", "text/plain")
        await watch.look()
        watch.now += 3 * DAY
        page = "<html><body><article><p>" + "Tesla opens a data center in Reno, they say. " * 20 + "</p></article>"
        web.publish("/reno", page, "text/html")
        teaser = item("reno", "Tesla has news", "Read on.", link=f"{web.base}/reno", at=START + DAY)
        web.publish("/a.xml", feed(teaser))
        await watch.look()
        assert await watch.app.old_news.tell(at_once=True) == 0
        await watch.read_pages()
        assert alerted(watch) == 0
        assert await watch.app.old_news.tell(at_once=True) == 1

    play(folder, scenario, "a", full_text="always")


# ── nothing is lost, nothing is told twice ───────────────────────────────────────────────────────────────────────


def test_a_digest_and_its_mark_are_one_transaction(folder: Folder) -> None:
    async def scenario(web: Web, watch: Watch) -> None:
        web.publish("/a.xml", feed(*(news(number) for number in range(8))))
        await watch.look()

        def cut_off(_: object) -> dict[str, Any]:
            raise RuntimeError("killed here")

        store = watch.app.store
        with pytest.raises(RuntimeError):
            store.passed_over.tell("console", now=watch.now, limit=3, compose=cut_off)
        assert digests(watch) == []
        assert await watch.app.old_news.tell(at_once=True) == 1
        assert await watch.app.old_news.tell(at_once=True) == 0
        (digest,) = digests(watch)
        assert digest.total == 8

    play(folder, scenario, "a")
