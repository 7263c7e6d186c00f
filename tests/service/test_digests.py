"""Digests in the life of a service: new rules and the archive, a kill at any time, no sound."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable

import pytest
from rich.console import Console

from bot.alerts.content import DigestContent
from bot.app import App
from bot.demo.feed_server import FeedServer, Reply
from bot.reload import Reloader
from bot.settings import load_settings
from tests.archives import Article, Press
from tests.conftest import CHAT
from tests.world import TOKEN, BotApi, Folder, rss

HALLS = """\
watch: halls
terms:
  hall: {any: [hall]}
rules:
  - name: hall
    when: hall
    priority: low
"""
NEW = Article(source="a", title="A hall in Oslo opens", days=2)
OLD = Article(source="b", title="A hall in Lima opens", days=20)
TOLD = Article(source="c", title="Tesla opens a data center in a former hall in Reno", days=3)
CHATS = {
    "all": {"kind": "console"},
    "halls": {"kind": "console", "watches": ["halls"]},
    "high": {"kind": "console", "min_priority": "high"},
}


def start(folder: Folder, scenario: Callable[[App], Awaitable[None]]) -> None:
    """A service's parts, started on the folder, without its loop."""

    async def main() -> None:
        async with App(
            load_settings(folder.path, environment={}), console=Console(file=io.StringIO()), role="run"
        ) as app:
            await scenario(app)

    asyncio.run(main())


def digests(app: App) -> dict[str, list[list[str]]]:
    """The titles in each chat's digests, oldest first."""
    found: dict[str, list[list[str]]] = {}
    for item in reversed(app.store.outbox.notices(limit=100)):
        if (digest := DigestContent.from_json(item.content)) is not None:
            found.setdefault(item.chat, []).append([line.title for line in digest.lines])
    return found


async def fill(app: App) -> None:
    """An archive that the first rules know; 'all' was alerted of one story."""
    await app.old_news.catch_up()
    press = Press(store=app.store, rules=app.candidate.rules)
    press.open()
    press.publish(OLD, TOLD, NEW)
    with app.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE alerts SET chat = 'all'")


async def caught_up(app: App) -> None:
    await app.old_news.catch_up()
    await app.old_news.tell(at_once=True)


@pytest.fixture
def archive(folder: Folder) -> Folder:
    folder.configure(chats={"all": CHATS["all"]})
    start(folder, fill)
    folder.configure(chats=CHATS)
    folder.write("rules/halls.yaml", HALLS)
    return folder


def test_rules_that_came_into_force_without_a_service_are_told_at_the_next_start(archive: Folder) -> None:
    async def scenario(app: App) -> None:
        await caught_up(app)
        assert digests(app) == {
            "all": [[NEW.title]],
            "halls": [[NEW.title, TOLD.title]],
        }, "what is new, what this chat was not alerted of, and nothing below its priority"
        (notice, *_) = app.store.outbox.notices(limit=1)
        assert str(notice.content["headline"]).startswith("Passed over: ")
        await caught_up(app)

    start(archive, scenario)
    start(archive, scenario)


def test_rules_that_a_running_service_takes_are_told_once(archive: Folder) -> None:
    (archive.path / "rules" / "halls.yaml").unlink()

    async def scenario(app: App) -> None:
        await app.old_news.catch_up()
        reloader = Reloader(app)
        for text in (HALLS, HALLS + "# the same\n", HALLS.replace("[hall]", "[hall, halls]")):
            archive.write("rules/halls.yaml", text)
            for _ in range(4):
                await reloader.look()
            await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "tell-change"))
            await app.old_news.tell(at_once=True)
        assert digests(app) == {"all": [[NEW.title]], "halls": [[NEW.title, TOLD.title]]}
        await caught_up(app)
        assert digests(app) == {"all": [[NEW.title]], "halls": [[NEW.title, TOLD.title]]}

    start(archive, scenario)


def test_what_was_passed_over_is_no_alert_and_can_be_listed(archive: Folder) -> None:
    start(archive, caught_up)
    assert len(archive.json("alerts", "list")) == 1
    listed = archive.json("stories", "list", "--passed-over")
    assert [(one["chat"], one["title"], one["reason"]) for one in listed] == [
        ("all", NEW.title, "a new rule"),
        ("halls", NEW.title, "a new rule"),
        ("halls", TOLD.title, "a new rule"),
    ]
    assert "3 passed over" in archive.run("stories", "list", "--passed-over").stdout


# ── the whole service ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def watching(folder: Folder, feeds: FeedServer, bot_api: BotApi) -> Folder:
    items = [{"guid": str(number), "title": f"Tesla opens data center number {number}"} for number in range(60)]
    feeds.publish("/a.xml", Reply(body=rss(*items).encode()))
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(
        sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en", "publisher": "Alpha"}],
        telegram={"base_url": bot_api.server.base_url, "timeout": "3s"},
        chats={"team": {"id": str(CHAT)}},
        alerts={"digest_after": "1s", "story_window": "0s"},
    )
    return folder


@pytest.mark.slow
def test_a_first_sight_is_one_message_without_sound_however_often_it_is_killed(
    watching: Folder, bot_api: BotApi
) -> None:
    def shown() -> list[str]:
        return [str(message["text"]) for message in bot_api.messages()]

    with watching.service() as service:
        service.wait_for_log("polled")
        service.kill()
    with watching.service() as service:
        service.wait_for(shown, "the digest")
        service.kill()
    with watching.service() as service:
        service.wait_for(lambda: service.log.count("watching") == 3, "the third start")
        service.stop()
    (text,) = {one.removeprefix("↻ possible repeat\n") for one in shown()}
    assert text.startswith("Passed over: 60 earlier stories (first sight of Alpha: 60)")
    assert "more: rackwatch stories list --passed-over" in text
    assert len(shown()) == 1 or shown()[1].startswith("↻ possible repeat")
    assert watching.json("alerts", "list") == []


def test_poll_tells_it_at_once(watching: Folder, bot_api: BotApi) -> None:
    watching.run("poll")
    watching.run("poll")
    (message,) = bot_api.messages()
    assert str(message["text"]).startswith("Passed over: 60 earlier stories")
    (sent,) = [one for one in bot_api.ledger() if one.get("method") == "sendMessage"]
    assert sent["params"]["disable_notification"] in {"true", True}
