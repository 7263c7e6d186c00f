"""Articles' pages: robots.txt is asked first, once a day; a page is fetched once, and never where nobody wants it.

All in one world: the feeds stand on one server, the articles on sites of their own.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.politeness.server import NOT_MODIFIED, Asked, ScriptedServer, say
from tests.politeness.test_hosts import pauses
from tests.politeness.world import DAY, HOUR, MINUTE, MONDAY, World, new_folder, play
from tests.world import rss

DELAY = 0.2
TEXT = "<p>" + "The hall in Sacramento was empty before, neighbours say. " * 20
ARTICLE = say(
    200,
    "Content-Type: text/html; charset=utf-8",
    "Set-Cookie: id=1",
    'ETag: "page"',
    body=f"<!doctype html><html><head><title>An article</title></head><body><article>{TEXT}</article>".encode(),
)
TESLA, QUIET = "Tesla opens a data center", "A quiet day"

SITES = {
    "open": say(404),
    "forbidding": say(200, body=b"User-agent: *\nDisallow: /\n"),
    "partly": say(200, body=b"User-agent: rackwatch\nDisallow: /news-1\n\nUser-agent: *\nDisallow: /\n"),
    "slow": say(200, body=f"User-agent: *\nCrawl-delay: {DELAY}\n".encode()),
    "broken": say(503),
    "strange": say(304),
    "errors": say(404),
    "missing": say(404),
    "busy": say(404),
    "never": say(404),
    "always": say(404),
}
"""What each site answers for /robots.txt."""

PAGES = {"errors": say(500), "missing": say(410), "busy": say(429, "Retry-After: 7200")}
"""What a site answers for its articles where it is no article."""


@dataclass(slots=True)
class Visit:
    """Requests to one site: to /robots.txt, and to its articles."""

    requests: list[Asked] = field(default_factory=list)

    @property
    def robots(self) -> list[Asked]:
        return [asked for asked in self.requests if asked.target == "/robots.txt"]

    @property
    def articles(self) -> list[Asked]:
        return [asked for asked in self.requests if asked.target != "/robots.txt"]

    @property
    def targets(self) -> list[str]:
        return [asked.target for asked in self.articles]


def with_articles(site: ScriptedServer, *named: tuple[str, str]) -> bytes:
    """A feed of articles (target, title) on this site."""
    items = ({"guid": target, "title": title, "link": site.url(target)} for target, title in named)
    return say(200, body=rss(*items).encode())


OLD = [("/old", TESLA)]
FIRST = [("/news-1", TESLA), ("/news-2", TESLA), ("/quiet", QUIET), *OLD]
SECOND = [("/news-3", TESLA), *FIRST]


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Visit]:
    """Three days: old articles, an hour later three new ones, two days later another one."""
    folder = new_folder(tmp_path_factory, "pages")
    found: dict[str, Visit] = {}

    async def story(world: World) -> None:
        async with AsyncExitStack() as stack:
            for name, robots in SITES.items():
                site = await stack.enter_async_context(ScriptedServer(world.clock))
                site.script("/robots.txt", robots)
                for target, _ in SECOND:
                    site.script(target, PAGES.get(name, ARTICLE))
                looks = [with_articles(site, *items) for items in (OLD, FIRST, SECOND)]
                wanted = {"full_text": name} if name in {"never", "always"} else {}
                world.source(name, *looks, NOT_MODIFIED, **wanted)
                found[name] = Visit(requests=site.requests)
            await world.start()
            for pause in (HOUR, 2 * DAY, HOUR):
                await world.poll_by_hand(*SITES)
                await read_for(world, pause)
                await world.restart()
            found["the feeds' own host"] = Visit(requests=world.server.requests)

    play(folder, story)
    return found


async def read_for(world: World, duration: timedelta) -> None:
    """Pages are looked for every ten minutes, later every hour, for as long as any may be waiting."""
    busy, end = world.clock.now + 2 * HOUR, world.clock.now + duration
    while world.clock.now < end and world.app.store.pages.due(now=end):
        await world.read_pages()
        world.clock.now += 10 * MINUTE if world.clock.now < busy else HOUR
    world.clock.now = end


def test_articles_that_were_there_before_us_are_not_fetched(visits: dict[str, Visit]) -> None:
    assert [name for name, visit in visits.items() if "/old" in visit.targets] == []


def test_an_article_is_fetched_once(visits: dict[str, Visit]) -> None:
    assert visits["open"].targets == ["/news-1", "/news-2", "/news-3"]


def test_an_article_without_any_word_of_the_rules_is_fetched_only_where_all_are_wanted(
    visits: dict[str, Visit],
) -> None:
    assert [name for name, visit in visits.items() if "/quiet" in visit.targets] == ["always"]
    assert sorted(visits["always"].targets) == ["/news-1", "/news-2", "/news-3", "/quiet"]


def test_nothing_is_fetched_where_the_person_says_never(visits: dict[str, Visit]) -> None:
    assert visits["never"].requests == []


def test_robots_txt_is_asked_before_the_first_article_and_once_a_day(visits: dict[str, Visit]) -> None:
    visit = visits["open"]
    assert visit.requests[0].target == "/robots.txt"
    assert len(visit.robots) == 2, "a day lies between the articles"
    assert visit.robots[1].at - visit.robots[0].at >= DAY


def test_feeds_are_meant_for_us_and_are_asked_for_without_robots_txt(visits: dict[str, Visit]) -> None:
    assert visits["the feeds' own host"].robots == []


def test_a_page_that_robots_txt_forbids_is_never_fetched(visits: dict[str, Visit]) -> None:
    assert visits["forbidding"].robots
    assert visits["forbidding"].articles == []


def test_the_group_that_names_us_counts(visits: dict[str, Visit]) -> None:
    assert visits["partly"].targets == ["/news-2", "/news-3"]


def test_while_robots_txt_cannot_be_fetched_nothing_is_allowed(visits: dict[str, Visit]) -> None:
    assert 1 <= len(visits["broken"].robots) <= 3
    assert visits["broken"].articles == []


def test_a_nonsensical_answer_for_robots_txt_stops_nothing(visits: dict[str, Visit]) -> None:
    assert visits["strange"].targets == ["/news-1", "/news-2", "/news-3"]


def test_the_pause_that_robots_txt_asks_for_is_kept(visits: dict[str, Visit]) -> None:
    first_day = [asked for asked in visits["slow"].requests if asked.at < MONDAY + DAY]
    assert [asked.target for asked in first_day] == ["/robots.txt", "/news-1", "/news-2"]
    assert pauses(first_day[1:])[0] >= DELAY


def test_a_page_in_trouble_is_asked_for_four_times_ever_more_rarely(visits: dict[str, Visit]) -> None:
    times = [asked.at for asked in visits["errors"].articles if asked.target == "/news-1"]
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert len(waits) == 3
    assert all(wait >= least for wait, least in zip(waits, (10 * MINUTE, HOUR, 6 * HOUR), strict=True))


def test_a_page_that_is_gone_is_not_asked_for_again(visits: dict[str, Visit]) -> None:
    assert visits["missing"].targets == ["/news-1", "/news-2", "/news-3"]


def test_a_page_whose_server_asks_to_wait_is_left_alone_for_so_long(visits: dict[str, Visit]) -> None:
    times = [asked.at for asked in visits["busy"].articles if asked.target == "/news-1"]
    assert len(times) > 1
    assert all(later - earlier >= 2 * HOUR for earlier, later in pairwise(times))


def test_pages_are_asked_for_as_plainly_as_feeds(visits: dict[str, Visit]) -> None:
    names = {line.partition(":")[0] for visit in visits.values() for asked in visit.requests for line in asked.lines}
    assert names <= {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
