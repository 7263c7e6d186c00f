"""Chats by Apprise, against a service on loopback: what arrives, what becomes of each answer, and what stays secret."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.alerts.deliver import Delivery
from bot.alerts.outcomes import Outcome, Result
from bot.app import App
from bot.apprise_door.notifier import AppriseNotifier
from bot.demo.feed_server import FeedServer, Reply
from tests.conftest import OTHER_CHAT
from tests.delivery.delivering import poll_and_deliver
from tests.delivery.queueing import content, grow, queue
from tests.delivery.test_digests_told import MORNING, NIGHT, Clock, played
from tests.servers.process import CHECKOUT, ServerProcess
from tests.world import TOKEN, BotApi, Folder, rss

KEY = "sentinel-key-of-the-hook"
DELIVERY = Delivery(
    chat="team", chat_id="X", text="<b>Hall</b>\nwhy", html=True, message_id=None, answers=None, alert=1, thread=None,
    preview=False, silent=False,
)  # fmt: skip


class Hook:
    """The service and what it took."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server.port}/hook/{KEY}"

    def script(self, *steps: int | str) -> None:
        self.server.post("/control/script", list(steps))

    def received(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = self.server.get("/control/received")
        return lines

    def bodies(self) -> list[dict[str, Any]]:
        return [line["body"] for line in self.received() if line["answer"] == 200]


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Hook]:
    with ServerProcess("tests.servers.hook", state=tmp_path / "hook") as server:
        yield Hook(server)


def deliver(url: str, *deliveries: Delivery, patience: float = 20) -> list[Outcome]:
    async def all_of_them() -> list[Outcome]:
        notifier = AppriseNotifier(url, patience=patience)
        return [await notifier.deliver(delivery) for delivery in deliveries]

    return asyncio.run(all_of_them())


# ── one message ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_arrives_as_a_title_and_a_text(hook: Hook) -> None:
    text = '<a href="https://a.example/1">Tesla <b>data center</b> &amp; more</a>\nAlpha\n\n'
    text += '• <a href="https://b.example/">Beta</a>, 14:10'
    (outcome,) = deliver(hook.url, replace(DELIVERY, text=text))
    assert outcome.result is Result.SENT
    (body,) = hook.bodies()
    assert body["title"] == "Tesla data center & more"
    assert body["message"] == "https://a.example/1\nAlpha\n\n• Beta <https://b.example/>, 14:10"


def test_what_rings_is_a_warning_and_what_is_silent_an_information(hook: Hook) -> None:
    deliver(hook.url, DELIVERY, replace(DELIVERY, silent=True))
    assert [body["type"] for body in hook.bodies()] == ["warning", "info"]


def test_an_edit_is_done_without_sending_anything(hook: Hook) -> None:
    (outcome,) = deliver(hook.url, replace(DELIVERY, message_id=0))
    assert outcome.result is Result.UNCHANGED
    assert hook.received() == []


def test_a_message_of_one_line_has_a_text(hook: Hook) -> None:
    deliver(hook.url, replace(DELIVERY, text="<b>stopped</b>"))
    assert [(body["title"], body["message"]) for body in hook.bodies()] == [("", "stopped")]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (500, Result.UNKNOWN),
        (502, Result.UNKNOWN),
        (429, Result.NOT_SENT),
        (400, Result.REFUSED),
        (413, Result.REFUSED),
        (401, Result.FORBIDDEN),
        (403, Result.FORBIDDEN),
        (404, Result.FORBIDDEN),
        ("drop", Result.UNKNOWN),
        ("hold", Result.UNKNOWN),
    ],
)
def test_every_answer_means_something(hook: Hook, answer: int | str, result: Result) -> None:
    hook.script(answer)
    (outcome,) = deliver(f"{hook.url}?rto=1", DELIVERY)
    assert outcome.result is result
    assert KEY not in outcome.detail


def test_a_service_that_is_not_there_got_nothing() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        (outcome,) = deliver(f"json://127.0.0.1:{port}/{KEY}", DELIVERY)
    assert outcome == Outcome(result=Result.NOT_SENT, detail="no connection to the service")


def test_a_url_that_apprise_does_not_understand_waits_for_a_person() -> None:
    (outcome,) = deliver(f"nonsense://{KEY}/x", DELIVERY)
    assert outcome == Outcome(result=Result.FORBIDDEN, detail="Apprise does not understand the URL")


def test_a_deadline_holds_and_a_hanging_service_holds_up_only_its_own_chat(hook: Hook) -> None:
    hook.script("hold")
    begun = time.monotonic()
    first, second = deliver(f"{hook.url}?rto=30", DELIVERY, DELIVERY, patience=0.5)
    assert time.monotonic() - begun < 5
    assert first == Outcome(result=Result.UNKNOWN, detail="no answer within 0.5 s")
    assert second == Outcome(result=Result.NOT_SENT, detail="the message before is still on its way")


def test_a_hanging_service_does_not_keep_the_program_from_ending(hook: Hook) -> None:
    hook.script("hold")
    program = (
        "import asyncio; from tests.delivery.test_apprise import DELIVERY, deliver;"
        f"print(deliver('{hook.url}?rto=60', DELIVERY, patience=0.5)[0].result.name)"
    )
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, timeout=50, check=True
    )
    assert done.stdout.strip() == "UNKNOWN"
    assert time.monotonic() - begun < 40


def test_a_long_message_reaches_a_service_of_short_ones_whole(hook: Hook) -> None:
    lines = [f"• story number {number} of the digest" for number in range(300)]
    ntfy = f"ntfy://127.0.0.1:{hook.server.port}/topic"
    (outcome,) = deliver(ntfy, replace(DELIVERY, text="\n".join(["<b>Digest</b>", *lines])))
    assert outcome.result is Result.SENT
    told = "".join(body["message"] for body in hook.bodies())
    assert len(hook.bodies()) > 1
    assert all(line.split()[3] in told for line in lines)


# ── the whole program ────────────────────────────────────────────────────────────────────────────────────────────────


OLD = {"guid": "0", "title": "A quiet day"}
NEWS = {"guid": "1", "title": "Tesla opens data center in Sacramento", "text": "Tesla opens a data center. " * 3}


@pytest.fixture
def world(folder: Folder, feeds: FeedServer, hook: Hook) -> Folder:
    for name in ("a", "b", "c"):
        feeds.publish(f"/{name}.xml", Reply(body=rss(OLD).encode()))
    folder.environment["RACKWATCH_APPRISE_TEAM"] = f"{hook.url}?rto=2"
    configure(folder, feeds)
    poll_and_deliver(folder, seconds=1)
    feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
    return folder


def configure(folder: Folder, feeds: FeedServer, **more: Any) -> None:
    sources = [
        {"key": name, "url": feeds.url(f"/{name}.xml"), "language": "en", "publisher": f"Paper {name}"}
        for name in ("a", "b", "c")
    ]
    team = {"kind": "apprise", "url_env": "RACKWATCH_APPRISE_TEAM", **more.pop("team", {})}
    folder.configure(sources=sources, chats={"team": team, **more.pop("chats", {})}, **more)


def states(folder: Folder) -> list[tuple[str, str, str | None]]:
    with contextlib.closing(sqlite3.connect(folder.path / "rackwatch.db")) as connection:
        return connection.execute("SELECT kind, state, last_error FROM outbox ORDER BY id").fetchall()


def test_an_alert_leaves_once_and_another_publisher_is_not_told_again(
    world: Folder, feeds: FeedServer, hook: Hook
) -> None:
    poll_and_deliver(world)
    (alert,) = hook.bodies()
    assert alert["title"] == "❗ Tesla opens data center in Sacramento"
    assert alert["message"].startswith("https://news.example/1\n")
    for name in ("b", "c"):
        feeds.publish(
            f"/{name}.xml", Reply(body=rss(NEWS | {"guid": name, "link": f"https://{name}.example/2"}, OLD).encode())
        )
        poll_and_deliver(world)
    assert [kind for kind, _, _ in states(world)] == ["message", "edit", "notice", "edit"]
    assert {state for _, state, _ in states(world)} == {"sent"}
    assert [body["title"] for body in hook.bodies()] == [alert["title"], "Confirmed by a second publisher · Paper b"]


def test_a_message_that_may_have_arrived_is_repeated_with_its_mark(world: Folder, hook: Hook) -> None:
    hook.script(500)
    poll_and_deliver(world)
    assert [line["body"]["title"] for line in hook.received()] == [
        "❗ Tesla opens data center in Sacramento",
        "↻ possible repeat: ❗ Tesla opens data center in Sacramento",
    ]


def test_a_kill_while_a_message_is_on_its_way_repeats_it_with_its_mark(world: Folder, hook: Hook) -> None:
    hook.script("hold")
    with world.service() as service:
        service.wait_for(hook.received, "the message")
        service.kill()
    with world.service() as service:
        (again,) = service.wait_for(hook.bodies, "the repeat")
        service.stop()
    assert again["title"] == "↻ possible repeat: ❗ Tesla opens data center in Sacramento"
    assert {state for _, state, _ in states(world)} == {"sent"}


def test_a_service_that_was_away_gets_what_waited(world: Folder, hook: Hook) -> None:
    port = hook.server.port
    hook.server.stop()
    poll_and_deliver(world, seconds=2)
    assert [(kind, state) for kind, state, _ in states(world)] == [("message", "retry_at")]
    hook.server.start()
    assert hook.server.port == port
    poll_and_deliver(world)
    assert [body["title"] for body in hook.bodies()] == ["❗ Tesla opens data center in Sacramento"]


def test_a_chat_that_is_shut_waits_the_operator_hears_and_a_test_opens_it_again(
    world: Folder, feeds: FeedServer, hook: Hook, bot_api: BotApi
) -> None:
    world.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    more = {"operator_chat": "me", "chats": {"me": {"id": str(OTHER_CHAT), "watches": ["none"]}}}
    configure(world, feeds, telegram={"base_url": bot_api.server.base_url}, **more)
    hook.script(403)
    poll_and_deliver(world, seconds=3)
    (notice,) = bot_api.messages()
    assert "chat 'team' takes no messages" in notice["text"]
    assert "rackwatch chats test team" in notice["text"]
    assert "chat 'team' is paused" in world.run("status", check=None).stdout
    assert world.run("chats", "test", "team").stdout == "team: sent\n"
    poll_and_deliver(world, seconds=3)
    assert [body["title"] for body in hook.bodies()] == ["", "❗ Tesla opens data center in Sacramento"]


def test_quiet_hours_hold_alerts_back_for_one_digest(folder: Folder, hook: Hook) -> None:
    folder.environment["RACKWATCH_APPRISE_TEAM"] = hook.url
    team = {"kind": "apprise", "url_env": "RACKWATCH_APPRISE_TEAM", "quiet_hours": "22:00-07:00"}
    folder.configure(timezone="Europe/Berlin", sources=[], chats={"team": team})

    async def night(app: App, clock: Clock) -> None:
        clock.set(NIGHT)
        queue(app.store, "team", [content("First hall"), content("Second hall")], now=clock())
        queue(app.store, "team", [content("Fire", priority="high")], now=clock())
        await app.deliverer.settle_all(patience=20)
        clock.set(MORNING)
        await app.deliverer.settle_all(patience=20)

    played(folder, night)
    fire, digest = hook.bodies()
    assert (fire["title"], fire["type"]) == ("❗ Fire", "warning")
    assert (digest["title"], digest["type"]) == ("Digest: 2 stories", "info")
    assert digest["message"].startswith("Data centers\n• First hall <https://p0.example/")


def test_what_is_material_is_a_message_of_its_own(folder: Folder, hook: Hook) -> None:
    folder.environment["RACKWATCH_APPRISE_TEAM"] = hook.url
    folder.configure(sources=[], chats={"team": {"kind": "apprise", "url_env": "RACKWATCH_APPRISE_TEAM"}})

    async def scene(app: App, clock: Clock) -> None:
        (alert,) = queue(app.store, "team", [content("A hall")], now=clock())
        await app.deliverer.settle_all(patience=20)
        grow(app.store, alert, content("A hall", voices=2), now=clock(), reply="DENIAL")
        await app.deliverer.settle_all(patience=20)

    played(folder, scene)
    assert [body["title"] for body in hook.bodies()] == ["A hall", "Denied or corrected · P"]
    assert hook.bodies()[1]["message"] == "T <https://p.example/>\nA1"


def test_the_urls_secret_is_in_no_log_no_answer_and_no_archive(world: Folder, hook: Hook) -> None:
    hook.script(500, "drop", 401)
    with world.service() as service:
        service.wait_for(lambda: len(hook.received()) >= 3, "three attempts")
        service.wait_for_log("does not let us write")
        service.stop()
    said = [
        service.log,
        *(world.run(*words, check=None).stdout for words in (["status"], ["chats"], ["chats", "--json"], ["check"])),
        *(path.read_bytes().decode("latin-1") for path in world.path.glob("rackwatch.db*")),
    ]
    assert all(KEY not in text for text in said)
    hook.server.stop()
    failed = world.run("--debug", "chats", "test", check=1)
    assert "no connection to the service" in failed.stdout
    assert KEY not in failed.stdout + failed.stderr
