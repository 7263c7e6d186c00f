"""The fakes keep their word: over real sockets, each fault and each behaviour does what its name says."""

import contextlib
import gzip
import json
import re
import socket
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest

from bot.demo.feed_server import FeedServer, Reply
from bot.demo.rounds import build_rounds
from bot.demo.sources import JOBS, REGISTER, SOURCES, STATUS
from tests.servers.bot_state import FULL_INFO
from tests.servers.process import ServerProcess
from tests.servers.telegram_html import ParseEntitiesError, parse_html

TOKEN = "1:sentinel"
PERSON, GROUP, SUPERGROUP = 42, -500, -1001234567890
PATIENCE = 30.0
"""Seconds after which a test gives up; on an idle machine nothing here takes longer than 0.5 s."""

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a client got; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    port: int,
    target: str,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: bytes | None = None,
) -> Answer:
    """One request on a connection of its own."""
    with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request(method, target, body=body, headers=dict(headers or {}))
        with connection.getresponse() as response:
            lower = {name.lower(): value for name, value in response.getheaders()}
            return Answer(status=response.status, headers=lower, body=response.read())


# --- the demo's feed server ---------------------------------------------------------------------------


@pytest.fixture
def feed_server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        server.publish("/feed", Reply(body=b"<rss/>" * 50))
        yield server


def port_of(server: FeedServer) -> int:
    return int(server.base_url.rpartition(":")[2])


@pytest.mark.parametrize(("validator", "header"), [("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")])
def test_a_validator_is_answered_with_304_until_something_is_published(
    feed_server: FeedServer, validator: str, header: str
) -> None:
    port = port_of(feed_server)
    first = ask(port, "/feed")
    again = ask(port, "/feed", {header: first.headers[validator]})
    assert (first.status, again.status, again.body) == (200, 304, b"")
    assert again.headers[validator] == first.headers[validator]
    feed_server.publish("/feed", Reply(body=b"<rss>new</rss>"))
    changed = ask(port, "/feed", {header: first.headers[validator]})
    assert (changed.status, changed.body) == (200, b"<rss>new</rss>")
    assert [(each.status_answered, each.conditional) for each in feed_server.requests] == [
        (200, False),
        (304, True),
        (200, True),
    ]


def test_validators_can_be_switched_off_and_do_not_stand_on_errors(feed_server: FeedServer) -> None:
    feed_server.publish("/feed", Reply(body=b"x", etag=False, last_modified=False))
    feed_server.publish("/down", Reply(status=503, body=b"x", headers={"Retry-After": "7"}))
    bare, down = ask(port_of(feed_server), "/feed", {"If-None-Match": "*"}), ask(port_of(feed_server), "/down")
    assert bare.status == 200
    assert (down.status, down.headers["retry-after"]) == (503, "7")
    for answer in (bare, down):
        assert not {"etag", "last-modified"} & answer.headers.keys()


@pytest.mark.parametrize(("accept", "packed"), [("gzip, deflate", True), ("gzip;q=0", False), ("identity", False)])
def test_gzip_is_sent_to_clients_that_take_it(feed_server: FeedServer, accept: str, packed: bool) -> None:
    answer = ask(port_of(feed_server), "/feed?page=1", {"Accept-Encoding": accept, "User-Agent": "probe/1"})
    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert (gzip.decompress(answer.body) if packed else answer.body) == b"<rss/>" * 50
    assert (feed_server.requests[-1].path, feed_server.requests[-1].user_agent) == ("/feed", "probe/1")


def test_unknown_paths_methods_and_requests_are_refused(feed_server: FeedServer) -> None:
    port = port_of(feed_server)
    assert ask(port, "/other").status == 404
    assert ask(port, "/feed", method="DELETE").status == 405
    head = ask(port, "/feed", method="HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", "300")
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as raw:
        raw.sendall(b"SSH-2.0\r\n\r\n")
        assert raw.recv(64).startswith(b"HTTP/1.1 400 ")


def test_a_port_in_use_is_an_oserror_and_stopping_frees_it(feed_server: FeedServer) -> None:
    port = port_of(feed_server)
    second = FeedServer(port=port)
    with pytest.raises(OSError, match="in use"):
        second.start()
    second.stop()
    # A client that keeps its connection open does not keep the server.
    with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as idle:
        idle.request("GET", "/feed")
        idle.getresponse().read()
        feed_server.stop()
    assert not any(thread.name == "feed-server" for thread in threading.enumerate())
    with pytest.raises(RuntimeError, match="start"):
        feed_server.url("/feed")
    with FeedServer(port=port) as third:
        assert third.url("feed") == third.url("/feed") == f"http://127.0.0.1:{port}/feed"


# --- the demo's plot ----------------------------------------------------------------------------------


def test_the_first_round_publishes_every_source_and_each_later_one_only_some() -> None:
    rounds = build_rounds(NOW)
    paths = {source.path for source in SOURCES}
    assert rounds == build_rounds(NOW)
    assert rounds[0].replies.keys() == paths | {"/robots.txt"}
    assert all(0 < len(each.replies.keys() & paths) < len(paths) for each in rounds[1:])


def published(*paths: str) -> Iterator[tuple[int, str, Reply]]:
    for number, each in enumerate(build_rounds(NOW), start=1):
        for path, reply in each.replies.items():
            if path in paths and reply.status == 200:
                yield number, path, reply


def feeds() -> Iterator[tuple[str, Reply]]:
    for number, path, reply in published(*(source.path for source in SOURCES if source.form.origin == "url")):
        yield f"{number}{path}", reply


@pytest.mark.parametrize("reply", [pytest.param(reply, id=name) for name, reply in feeds()])
def test_every_feed_is_well_formed_in_the_encoding_it_declares(reply: Reply) -> None:
    root = ET.fromstring(reply.body)
    entries = [node for node in root.iter() if node.tag.rpartition("}")[2] in {"item", "entry"}]
    assert 3 <= len(entries) <= 6
    encoding = reply.content_type.partition("charset=")[2]
    assert f'encoding="{encoding.lower()}"' in reply.body[:80].decode(encoding).lower()


def test_a_feed_only_grows_and_an_edited_article_keeps_its_place() -> None:
    links: dict[str, list[str]] = {}
    for _, path, reply in published(*(source.path for source in SOURCES if source.form.origin == "url")):
        found = re.findall(r"(?:<link>|/html\" href=\")((?:https:/)?/[^<\"]+)", reply.body.decode("latin-1"))
        articles = [link for link in found if link.count("/") > 3]
        assert articles[-len(links.get(path, [])) :] == links.get(path, articles)
        links[path] = articles
    # What the feeds hold at first sight, and what arrives later.
    assert sum(map(len, links.values())) == 22 + 14


def test_the_job_board_and_the_status_api_grow_by_one() -> None:
    boards = [reply.body.count(b"<li>") for _, _, reply in published(JOBS.path)]
    incidents = [len(json.loads(reply.body)["incidents"]) for _, _, reply in published(STATUS.path)]
    assert (boards, incidents) == ([4, 5], [2, 3])


def test_the_articles_of_a_feed_of_teasers_stand_on_pages_when_they_arrive() -> None:
    for number, _, reply in published(REGISTER.path):
        newest = re.findall(r"</channel>.*?<link>(/[^<]+)", reply.body.decode(), flags=re.DOTALL)[0]
        pages = [page for _, _, page in published(newest)]
        assert len(pages) == (number > 1)
        assert all(b"<article>" in page.body for page in pages)


def test_every_tesla_of_the_trap_is_a_graphics_card_or_the_inventor() -> None:
    newest = [
        re.split(rb"</item>", reply.body)[0].decode("latin-1").split("<item", 1)[1]
        for number, _, reply in published(*(source.path for source in SOURCES))
        if number == 6
    ]
    assert len(newest) == 3
    for item in newest:
        text = re.sub(r"<(link|guid)[^>]*>[^<]*", "", item)
        assert "Tesla" in text
        assert "Tesla" not in re.sub(r"NVIDIA Tesla|Tesla [VP]100|Nikola Tesla", "", text)


def test_every_article_is_older_than_now() -> None:
    for each, reply in feeds():
        dates = re.findall(rb"(?:<dc:date>|<published>)([^<]+)", reply.body)
        for date in dates:
            assert NOW - timedelta(days=3) < datetime.fromisoformat(date.decode()) < NOW, each


# --- the fake Bot API ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bot_api_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    chats = [f"--chat={chat}" for chat in (PERSON, GROUP, SUPERGROUP)]
    state = tmp_path_factory.mktemp("bot_api")
    with ServerProcess("tests.servers.bot_api", "--token", TOKEN, *chats, state=state) as process:
        yield process


@pytest.fixture
def bot_api(bot_api_process: ServerProcess) -> ServerProcess:
    bot_api_process.post("/control/reset")
    return bot_api_process


def call(server: ServerProcess, method: str, *, token: str = TOKEN, **params: Any) -> Answer:
    body = urlencode(params).encode()
    form = "application/x-www-form-urlencoded"
    return ask(server.port, f"/bot{token}/{method}", method="POST", body=body, headers={"Content-Type": form})


def send(server: ServerProcess, text: str = "hello", **params: Any) -> Answer:
    return call(server, "sendMessage", **{"chat_id": PERSON, "text": text, **params})


def description(answer: Answer) -> str:
    body = answer.json()
    assert not body["ok"]
    assert body["error_code"] == answer.status
    return str(body["description"])


def test_a_message_is_sent_answered_and_edited(bot_api: ServerProcess) -> None:
    sent = send(bot_api, "Grüße <b>an &amp; 🦊</b> alle ", parse_mode="HTML")
    message = sent.json()["result"]
    assert (message["text"], message["chat"]["type"]) == ("Grüße an & 🦊 alle", "private")
    assert message["entities"] == [{"type": "bold", "offset": 6, "length": 7}]
    reply = send(bot_api, reply_parameters=json.dumps({"message_id": message["message_id"]})).json()
    assert reply["result"]["reply_to_message"]["message_id"] == message["message_id"]
    edit = {"chat_id": PERSON, "message_id": message["message_id"], "text": "changed"}
    assert call(bot_api, "editMessageText", **edit).json()["result"]["text"] == "changed"
    assert description(call(bot_api, "editMessageText", **edit)).startswith("Bad Request: message is not modified: ")
    assert [(each["text"], each["edits"]) for each in bot_api.get("/control/messages")] == [
        ("changed", 1),
        ("hello", 0),
    ]


@pytest.mark.parametrize(
    ("method", "params", "status", "words"),
    [
        ("sendMessage", {"chat_id": 7, "text": "x"}, 400, "Bad Request: chat not found"),
        ("sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": PERSON}, 400, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": PERSON, "text": " \n"}, 400, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": PERSON, "text": "🦊" * 2049}, 400, "Bad Request: message is too long"),
        (
            "sendMessage",
            {"chat_id": PERSON, "text": "x", "reply_to_message_id": 999_999},
            400,
            "Bad Request: message to be replied not found",
        ),
        (
            "sendMessage",
            {"chat_id": PERSON, "text": "<b>x", "parse_mode": "HTML"},
            400,
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            "editMessageText",
            {"chat_id": PERSON, "message_id": 999_999, "text": "x"},
            400,
            "Bad Request: message to edit not found",
        ),
        ("sendRocket", {}, 404, "Not Found"),
    ],
)
def test_what_telegram_refuses_is_refused_in_its_words(
    bot_api: ServerProcess, method: str, params: dict[str, Any], status: int, words: str
) -> None:
    answer = call(bot_api, method, **params)
    assert (answer.status, description(answer)) == (status, words)
    (line,) = bot_api.get("/control/ledger")
    assert (line["method"], line["status"], line["description"], line["applied"]) == (
        method,
        status,
        words,
        False,
    )


def test_the_longest_text_is_counted_without_its_tags(bot_api: ServerProcess) -> None:
    assert send(bot_api, "<b>" + "&amp;" * 4096 + "</b>", parse_mode="HTML").status == 200
    assert description(send(bot_api, "&amp;" * 4097, parse_mode="HTML")) == "Bad Request: message is too long"


def test_a_wrong_token_is_unauthorized_and_no_token_is_written_down(bot_api: ServerProcess) -> None:
    wrong = call(bot_api, "getMe", token="2:wrong")
    assert (wrong.status, description(wrong)) == (401, "Unauthorized")
    assert call(bot_api, "getMe").json()["result"]["is_bot"]
    ledger = json.dumps(bot_api.get("/control/ledger"))
    assert "sentinel" not in ledger
    assert "2:wrong" not in ledger


def test_json_bodies_keep_alive_and_the_other_methods(bot_api: ServerProcess) -> None:
    with contextlib.closing(HTTPConnection("127.0.0.1", bot_api.port, timeout=PATIENCE)) as connection:
        for method, result in [
            ("getChat", {"id": SUPERGROUP, "type": "supergroup", "title": f"Group {SUPERGROUP}", **FULL_INFO}),
            ("getUpdates", []),
            ("setMyCommands", True),
            ("deleteWebhook", True),
        ]:
            body = json.dumps({"chat_id": SUPERGROUP, "timeout": 0, "commands": []})
            connection.request("POST", f"/bot{TOKEN}/{method}", body, {"Content-Type": "application/json"})
            used = connection.sock
            assert json.loads(connection.getresponse().read()) == {"ok": True, "result": result}
            assert connection.sock is used


REFUSALS = [
    ("429", 429, "Too Many Requests: retry after 3"),
    ("429_bare", 429, "Too Many Requests"),
    ("not_applied_500", 500, "Internal Server Error"),
    ("403", 403, "Forbidden: bot was blocked by the user"),
    ("cant_parse", 400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
    ("401", 401, "Unauthorized"),
]


@pytest.mark.parametrize(("kind", "status", "words"), REFUSALS)
def test_a_refusal_has_no_effect_and_ends_after_its_times(
    bot_api: ServerProcess, kind: str, status: int, words: str
) -> None:
    bot_api.post("/control/faults", [{"kind": kind, "chat": PERSON, "times": 2, "retry_after": 3}])
    assert send(bot_api, chat_id=GROUP).status == 200
    answers = [send(bot_api) for _ in range(3)]
    assert [answer.status for answer in answers] == [status, status, 200]
    assert description(answers[0]) == words
    assert answers[0].json().get("parameters") == ({"retry_after": 3} if kind == "429" else None)
    lines = bot_api.get("/control/ledger")
    assert [(line["fault"], line["applied"]) for line in lines] == [
        (None, True),
        (kind, False),
        (kind, False),
        (None, True),
    ]
    assert bot_api.get("/control/faults") == []


def test_a_bad_gateway_answers_with_a_page(bot_api: ServerProcess) -> None:
    bot_api.post("/control/faults", [{"kind": "502_html"}])
    answer = send(bot_api)
    assert (answer.status, answer.headers["content-type"]) == (502, "text/html")
    assert bot_api.get("/control/messages") == []


@pytest.mark.parametrize(("kind", "status"), [("500", 500), ("broken_json", 200)])
def test_an_answer_can_hide_that_the_message_was_delivered(bot_api: ServerProcess, kind: str, status: int) -> None:
    bot_api.post("/control/faults", [{"kind": kind}])
    answer = send(bot_api)
    assert answer.status == status
    if kind == "broken_json":
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            answer.json()
    (line,) = bot_api.get("/control/ledger")
    (message,) = bot_api.get("/control/messages")
    assert (line["applied"], line["result_message_id"]) == (True, message["message_id"])


@pytest.mark.parametrize(("kind", "applied"), [("drop_before", False), ("drop_after", True)])
def test_a_connection_can_be_dropped_before_or_after_the_effect(
    bot_api: ServerProcess, kind: str, applied: bool
) -> None:
    bot_api.post("/control/faults", [{"kind": kind}])
    with pytest.raises(RemoteDisconnected):
        send(bot_api)
    (line,) = bot_api.get("/control/ledger")
    assert (line["fault"], line["status"], line["applied"]) == (kind, None, applied)
    assert len(bot_api.get("/control/messages")) == applied


def wait_until_held(bot_api: ServerProcess, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while bot_api.get("/control/held") != {"held": count}:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_answer_is_held_until_it_is_released(bot_api: ServerProcess) -> None:
    bot_api.post("/control/faults", [{"kind": "hold", "times": -1, "chat": PERSON}])
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(send, bot_api)
        wait_until_held(bot_api, 1)
        assert [line["applied"] for line in bot_api.get("/control/ledger")] == [True]
        assert send(bot_api, chat_id=GROUP).status == 200
        assert not waiting.done()
        assert bot_api.post("/control/release") == {"released": 1}
        assert waiting.result(PATIENCE).status == 200
    wait_until_held(bot_api, 0)


def test_a_held_answer_goes_out_after_its_seconds_and_is_dropped_with_its_client(
    bot_api: ServerProcess,
) -> None:
    bot_api.post("/control/faults", [{"kind": "hold", "seconds": 0.05}, {"kind": "hold"}])
    assert send(bot_api).status == 200
    with socket.create_connection(("127.0.0.1", bot_api.port), timeout=PATIENCE) as raw:
        target = f"/bot{TOKEN}/sendMessage?chat_id={PERSON}&text=x"
        raw.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_until_held(bot_api, 1)
    wait_until_held(bot_api, 0)
    assert len(bot_api.get("/control/messages")) == 2


def test_a_group_that_migrated_stays_migrated(bot_api: ServerProcess) -> None:
    bot_api.post("/control/faults", [{"kind": "migrate", "chat": -600, "to": -1000000000600}])
    for _ in range(2):
        answer = send(bot_api, chat_id=-600)
        assert description(answer) == "Bad Request: group chat was upgraded to a supergroup chat"
        assert answer.json()["parameters"] == {"migrate_to_chat_id": -1000000000600}
    assert send(bot_api, chat_id=-1000000000600).status == 200


def test_faults_come_in_order_and_by_method(bot_api: ServerProcess) -> None:
    bot_api.post(
        "/control/faults",
        [{"kind": "403", "method": "editMessageText", "times": -1}, {"kind": "429"}, {"kind": "500"}],
    )
    assert [send(bot_api).status for _ in range(3)] == [429, 500, 200]
    assert call(bot_api, "editMessageText", chat_id=PERSON, message_id=1, text="x").status == 403
    with pytest.raises(ValueError, match="not a fault"):
        bot_api.post("/control/faults", [{"kind": "earthquake"}])
    with pytest.raises(ValueError, match="unknown keys"):
        bot_api.post("/control/faults", [{"kind": "429", "tims": 3}])


def test_a_fake_started_again_on_its_ledger_knows_its_messages(tmp_path: Path) -> None:
    arguments = ("--token", TOKEN, "--chat", str(PERSON))
    with ServerProcess("tests.servers.bot_api", *arguments, state=tmp_path) as first:
        number = send(first, "one").json()["result"]["message_id"]
        call(first, "editMessageText", chat_id=PERSON, message_id=number, text="two")
        assert first.terminate() == 0
    written = (tmp_path / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["n"] for line in written] == [1, 2]
    with ServerProcess("tests.servers.bot_api", *arguments, state=tmp_path) as second:
        (message,) = second.get("/control/messages")
        assert (message["message_id"], message["text"]) == (number, "two")
        assert send(second).json()["result"]["message_id"] == number + 1
        assert second.stop() == 0


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<a href="https://x.example/?a=1&amp;b=2">l</a>', "l"),
        ("<blockquote expandable>q</blockquote>", "q"),
        ('<span class="tg-spoiler">s</span><tg-spoiler>t</tg-spoiler>', "st"),
        ('<pre><code class="language-py">1 &lt; 2</code></pre>', "1 < 2"),
        ("<B><i>&#39;&#x27;&quot;</i></B>", "''\""),
        ("<strong><em>x</em></strong><u>x</u><ins>x</ins><s>x</s><strike>x</strike><del>x</del>", "xxxxxx"),
        ('<a href="https://x.example/\'&quot;&gt;"><b>l</b> <i>m</i></a>', "l m"),
        ("<blockquote><b>q</b> <code>c</code></blockquote>", "q c"),
        ("#tag " * 99 + "<b>b</b>", "#tag " * 99 + "b"),
    ],
)
def test_html_that_telegram_takes(markup: str, text: str) -> None:
    assert parse_html(markup).text == text


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("ä<br/>", 'Unsupported start tag "br" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("a > b", 'Unescaped character ">" at byte offset 2'),
        ("AT&T", 'Unescaped character "&" at byte offset 2'),
        ("&nbsp;", 'Unescaped character "&" at byte offset 0'),
        ("&apos;", 'Unescaped character "&" at byte offset 0'),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 7"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a>x</a>", 'Tag "a" must have a "href" at byte offset 0'),
        ('<a href="?a&b">x</a>', 'Unescaped character in an attribute of the tag "a" at byte offset 2'),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 2'),
        ("&#0;", '"&#0;" is no character, at byte offset 0'),
        ("&#xD800;", '"&#xD800;" is no character, at byte offset 0'),
        ("&#x110000;", '"&#x110000;" is no character, at byte offset 0'),
        ('<a href="/1">x</a>', '"/1" is no address of a link, at byte offset 0'),
        ('<a href="http://">x</a>', '"http://" is no address of a link, at byte offset 0'),
        ('<a href="https://x.example/a b">x</a>', '"https://x.example/a b" is no address of a link, at byte offset 0'),
        ('<a href="javascript:alert(1)">x</a>', '"javascript:alert(1)" is no address of a link, at byte offset 0'),
        ('<a href="tel:1"><b><a href="tel:2">x</a></b></a>', '"a" may not stand in "b", at byte offset 19'),
        ("<b><code>x</code></b>", '"code" may not stand in "b", at byte offset 3'),
        ("<pre><i>x</i></pre>", '"i" may not stand in "pre", at byte offset 5'),
        ("<blockquote><blockquote>x", '"blockquote" may not stand in "blockquote", at byte offset 12'),
        ('<code class="language-py">x</code>', 'A language stands on "code" in "pre" only, at byte offset 0'),
        ('<a href="tel:1" href="tel:2">x</a>', '"href" stands twice in the tag "a" at byte offset 15'),
        ('<tg-emoji emoji-id="5">x</tg-emoji>', 'Unsupported start tag "tg-emoji" at byte offset 0'),
        ("<b>x</b>" * 101, "More than 100 entities"),
        ("#tag " * 100 + "<b>b</b>", "More than 100 entities"),
        ('<b class="x">x</b>', 'Unexpected attribute "class" in the tag "b" at byte offset 2'),
    ],
)
def test_html_that_is_refused(markup: str, words: str) -> None:
    with pytest.raises(ParseEntitiesError) as refused:
        parse_html(markup)
    assert str(refused.value) == words


# --- the feed server for tests ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def feeds_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess("tests.servers.feeds", state=tmp_path_factory.mktemp("feeds")) as process:
        yield process


@pytest.fixture
def feeds_server(feeds_process: ServerProcess) -> ServerProcess:
    feeds_process.post("/control/reset")
    return feeds_process


def test_what_is_published_is_served_and_written_down(feeds_server: ServerProcess) -> None:
    feeds_server.post("/control/publish", {"path": "/a", "body": "Umlaute: ü", "headers": {"X-A": "1"}})
    feeds_server.post("/control/publish", {"path": "/b", "status": 410, "body_base64": "/w=="})
    first = ask(feeds_server.port, "/a?x=1", {"User-Agent": "probe/2"})
    assert (first.body.decode(), first.headers["x-a"]) == ("Umlaute: ü", "1")
    assert ask(feeds_server.port, "/a", {"If-None-Match": first.headers["etag"]}).status == 304
    gone = ask(feeds_server.port, "/b")
    assert (gone.status, gone.body) == (410, b"\xff")
    lines = feeds_server.get("/control/ledger")
    assert [(line["path"], line["query"], line["status"]) for line in lines] == [
        ("/a", "x=1", 200),
        ("/a", "", 304),
        ("/b", "", 410),
    ]
    assert lines[0]["headers"]["user-agent"] == "probe/2"
    with pytest.raises(ValueError, match="unknown keys"):
        feeds_server.post("/control/publish", {"path": "/a", "boddy": "x"})


def behave(server: ServerProcess, kind: str | None, **more: Any) -> None:
    server.post("/control/behave", {"path": "/a", "kind": kind, **more})


def test_a_redirect_lasts_for_its_times(feeds_server: ServerProcess) -> None:
    behave(feeds_server, "redirect", to="/b", status=301, times=1)
    moved = ask(feeds_server.port, "/a")
    assert (moved.status, moved.headers["location"]) == (301, "/b")
    assert ask(feeds_server.port, "/a").status == 404
    with pytest.raises(ValueError, match="needs"):
        behave(feeds_server, "redirect")


@contextlib.contextmanager
def raw_answer(server: ServerProcess, path: str = "/a") -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        yield raw


def test_hang_never_answers_until_it_is_told_to_stop(feeds_server: ServerProcess) -> None:
    behave(feeds_server, "hang")
    with raw_answer(feeds_server) as raw:
        raw.settimeout(0.2)
        with pytest.raises(TimeoutError):
            raw.recv(1)
    behave(feeds_server, None)
    assert ask(feeds_server.port, "/a").status == 404


def test_reset_resets_the_connection(feeds_server: ServerProcess) -> None:
    behave(feeds_server, "reset")
    with raw_answer(feeds_server) as raw, pytest.raises(ConnectionResetError):
        raw.recv(1)


@pytest.mark.parametrize("kind", ["trickle", "slow_headers"])
def test_a_slow_server_keeps_sending_a_little(feeds_server: ServerProcess, kind: str) -> None:
    behave(feeds_server, kind)
    received = []
    with raw_answer(feeds_server) as raw:
        deadline = time.monotonic() + 0.4
        while time.monotonic() < deadline:
            received.append(raw.recv(4096))
    assert all(received)
    assert len(received) >= 3
    assert (b"\r\n\r\n" in b"".join(received)) is (kind == "trickle")


def test_endless_goes_on_as_long_as_one_reads_and_others_are_served(feeds_server: ServerProcess) -> None:
    behave(feeds_server, "endless")
    with contextlib.closing(HTTPConnection("127.0.0.1", feeds_server.port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/a")
        with connection.getresponse() as response:
            for _ in range(8):
                assert len(response.read(1 << 20)) == 1 << 20
                assert ask(feeds_server.port, "/b").status == 404


def test_the_bomb_is_small_on_the_wire_and_a_gibibyte_unpacked(feeds_server: ServerProcess) -> None:
    behave(feeds_server, "bomb")
    answer = ask(feeds_server.port, "/a")
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.body) < 2 << 20
    # Unpacking the first part shows the ratio; the last four bytes of a gzip file are its size.
    assert len(zlib.decompressobj(31).decompress(answer.body[:10_000])) > 8 << 20
    assert int.from_bytes(answer.body[-4:], "little") == 1 << 30


def test_a_fake_that_cannot_start_says_why(tmp_path: Path, feeds_server: ServerProcess) -> None:
    second = ServerProcess("tests.servers.feeds", state=tmp_path, port=feeds_server.port)
    with pytest.raises(RuntimeError, match="in use"):
        second.start()
