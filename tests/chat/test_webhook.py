"""Telegram brings what people write: the same conversation, closed to strangers; switching ways loses nothing."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path

import pytest

from bot.telegram_door.webhook_secrets import WebhookSecrets
from tests.chat.shapes import message
from tests.conftest import CHAT, OTHER_CHAT
from tests.world import TOKEN, BotApi, Folder, Service

SECRETS = WebhookSecrets.of(TOKEN)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def talking(folder: Folder, bot_api: BotApi, port: int) -> Folder:
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    configure(folder, bot_api, port)
    return folder


def configure(folder: Folder, bot_api: BotApi, port: int | None) -> None:
    """With a webhook on this port, or with long polling."""
    webhook = {} if port is None else {"webhook": {"url": f"http://127.0.0.1:{port}/hook", "port": port}}
    folder.configure(
        telegram={"base_url": bot_api.server.base_url, "timeout": "3s", **webhook},
        chats={"me": {"id": str(OTHER_CHAT)}, "team": {"id": str(CHAT)}},
    )


def ask(bot_api: BotApi, *stories: int) -> None:
    updates = [{"message": message(f"/story {number}", where=OTHER_CHAT)} for number in stories]
    bot_api.server.post("/control/updates", updates)


def answered(bot_api: BotApi) -> list[int]:
    begin = "There is no story "
    texts = [str(one["text"]) for one in bot_api.messages()]
    return [int(text.removeprefix(begin).rstrip(".")) for text in texts if text.startswith(begin)]


def until_answered(service: Service, bot_api: BotApi, number: int) -> None:
    service.wait_for(lambda: number in answered(bot_api), f"the answer {number}")


def request(port: int, method: str, path: str, *, body: bytes = b"", secret: str | None = None) -> tuple[int, bytes]:
    """The status and the body; 0 where the connection was cut."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    with contextlib.closing(connection):
        try:
            connection.request(method, path, body=body, headers={"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (RemoteDisconnected, ConnectionError):
            return 0, b""


def test_strangers_at_the_door_learn_nothing_and_change_nothing(talking: Folder, bot_api: BotApi, port: int) -> None:
    path = f"/hook/{SECRETS.path}"
    update = json.dumps({"update_id": 7, "message": message("/story 1666", where=OTHER_CHAT)}).encode()
    with talking.service() as service:
        service.wait_for_log("Telegram brings what is written to the bot")
        ask(bot_api, 1001)
        until_answered(service, bot_api, 1001)
        assert request(port, "POST", path, body=update) == (404, b"")
        assert request(port, "POST", path, body=update, secret="x" * 64) == (404, b"")
        assert request(port, "POST", "/hook", body=update, secret=SECRETS.header) == (404, b"")
        assert request(port, "POST", f"{path}x", body=update, secret=SECRETS.header) == (404, b"")
        assert request(port, "GET", "/") == (404, b"")
        assert request(port, "GET", path, secret=SECRETS.header) == (405, b"")
        assert request(port, "POST", path, body=b"{", secret=SECRETS.header) == (400, b"")
        assert request(port, "POST", path, body=b"[" * 100_000, secret=SECRETS.header)[0] == 400
        assert request(port, "POST", path, body=b" " * 2_000_000, secret=SECRETS.header)[0] in {0, 400}
        for odd in (b"5", b"null", b"[]", b'{"update_id": "x"}', b'{"update_id": 9}'):
            assert request(port, "POST", path, body=odd, secret=SECRETS.header) == (200, b""), odd
        assert request(port, "POST", path, body=update, secret=SECRETS.header) == (200, b""), (
            "who knows both is Telegram"
        )
        until_answered(service, bot_api, 1666)
        assert request(port, "POST", path, body=update, secret=SECRETS.header) == (200, b"")
        service.stop()
    assert answered(bot_api) == [1001, 1666], "each once"
    for secret in (TOKEN, SECRETS.path, SECRETS.header):
        assert secret not in service.log
    assert "Traceback" not in service.log


@pytest.mark.slow
def test_a_body_that_trickles_is_cut_off(talking: Folder, port: int) -> None:
    head = (
        f"POST /hook/{SECRETS.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRETS.header}\r\n\r\n"
    )
    with talking.service() as service:
        service.wait_for_log("Telegram brings")
        with socket.create_connection(("127.0.0.1", port), timeout=20) as stranger:
            stranger.sendall(head.encode())
            began = time.monotonic()
            with contextlib.suppress(ConnectionError):
                while time.monotonic() - began < 20:
                    stranger.sendall(b" ")
                    stranger.settimeout(0.5)
                    with contextlib.suppress(TimeoutError):
                        if not stranger.recv(100):
                            break
            assert time.monotonic() - began < 15
        service.stop()


@pytest.mark.slow
def test_switching_between_both_ways_loses_nothing_and_repeats_nothing(
    talking: Folder, bot_api: BotApi, port: int
) -> None:
    configure(talking, bot_api, None)
    with talking.service() as service:
        ask(bot_api, 1001)
        until_answered(service, bot_api, 1001)
        service.kill()  # it may not have been confirmed to Telegram
    ask(bot_api, 1002)
    configure(talking, bot_api, port)
    with talking.service() as service:
        ask(bot_api, 1003)
        until_answered(service, bot_api, 1003)
        service.stop()
    ask(bot_api, 1004)
    configure(talking, bot_api, None)
    with talking.service() as service:
        service.wait_for_log("the webhook was removed")
        ask(bot_api, 1005)
        until_answered(service, bot_api, 1005)
        service.stop()
    assert answered(bot_api) == [1001, 1002, 1003, 1004, 1005]
    assert "another program" not in "".join(str(one["text"]) for one in bot_api.messages())


@pytest.mark.slow
def test_killed_while_an_update_is_handled_telegram_brings_it_again(talking: Folder, bot_api: BotApi) -> None:
    bot_api.faults({"method": "sendMessage", "kind": "hold", "times": 1})
    with talking.service() as service:
        ask(bot_api, 1001, 1002)
        service.wait_for(lambda: bot_api.server.get("/control/held")["held"], "the held answer")
        service.kill()
    bot_api.server.post("/control/release")
    with talking.service() as service:
        until_answered(service, bot_api, 1002)
        service.stop()
    assert answered(bot_api) == [1001, 1001, 1002]


@pytest.mark.slow
def test_a_webhook_of_another_program_is_left_alone_and_the_operator_told_as_of_any_reader(
    talking: Folder, bot_api: BotApi
) -> None:
    configure(talking, bot_api, None)
    connection = HTTPConnection("127.0.0.1", bot_api.server.port, timeout=5)
    with contextlib.closing(connection):
        connection.request("GET", f"/bot{TOKEN}/setWebhook?url=http://127.0.0.1:9/other")
        connection.getresponse().read()
    with talking.service() as service:
        service.wait_for(lambda: any("another program" in str(one["text"]) for one in bot_api.messages()), "the notice")
        service.stop()
    assert "deleteWebhook" not in {line["method"] for line in bot_api.ledger()}


@pytest.mark.slow
def test_a_taken_port_is_said_and_tried_again(talking: Folder, bot_api: BotApi, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)) as taken, talking.service() as service:
        service.wait_for_log("commands cannot be read")
        assert "setWebhook" not in {line["method"] for line in bot_api.ledger()}, "nobody is sent to a closed door"
        taken.close()
        ask(bot_api, 1001)
        until_answered(service, bot_api, 1001)
        service.stop()


def test_telegram_calls_no_plain_http(folder: Folder) -> None:
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(telegram={"webhook": {"url": "http://news.example/hook"}})
    assert "telegram.webhook.url begins with https://" in folder.run("check", check=1).stderr


@pytest.mark.slow
def test_without_the_extra_it_is_said_and_alerts_go_on(talking: Folder, tmp_path: Path) -> None:
    (tmp_path / "stub/tornado").mkdir(parents=True)
    (tmp_path / "stub/tornado/__init__.py").touch()
    talking.environment["PYTHONPATH"] = str(tmp_path / "stub")
    with talking.service() as service:
        service.wait_for_log("telegram.webhook needs the extra 'webhook'; commands are not read")
        assert "me: sent" in talking.run("telegram", "test").stdout
        service.stop()
    assert "Traceback" not in service.log
