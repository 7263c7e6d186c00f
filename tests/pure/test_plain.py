"""A message for channels without HTML, and what Apprise's log says of it, as pairs."""

from __future__ import annotations

import pytest

from bot.alerts.outcomes import Outcome, Result
from bot.alerts.plain import Plain, as_plain
from bot.apprise_door.outcome import keys_of, outcome_of, scrubbed, secrets_of


@pytest.mark.parametrize(
    ("html", "title", "body"),
    [
        ("<b>Stopped</b>", "Stopped", ""),
        (
            "<b>Digest</b>\n\n<b>Halls</b>\n• one",
            "Digest",
            "<b>Halls</b>\n• one".replace("<b>", "").replace("</b>", ""),
        ),
        (
            '❗ <a href="https://a.example/?x=1&amp;y=2">A &lt;b&gt;</a>\nwhy',
            "❗ A <b>",
            "https://a.example/?x=1&y=2\nwhy",
        ),
        ('A\n<a href="https://b.example/">B</a>: word', "A", "B <https://b.example/>: word"),
        (
            '↻ possible repeat\n<a href="https://a.example/">A</a>\nwhy',
            "↻ possible repeat: A",
            "https://a.example/\nwhy",
        ),
        ("↻ possible repeat", "↻ possible repeat", ""),
        ("", "", ""),
    ],
)
def test_a_message_becomes_a_title_and_a_text(html: str, title: str, body: str) -> None:
    assert as_plain(html) == Plain(title=title, body=body)


WARNING = "Failed to send JSON POST notification: Forbidden, error=403."
SOCKET = (
    "Socket Exception: HTTPConnectionPool(host='a.example', port=80): Max retries exceeded with url: /key (Caused by "
)


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ([WARNING], Result.FORBIDDEN),
        (["Failed to send Slack notification: error=400."], Result.REFUSED),
        (["Failed to send to x: Service Unavailable, error=503."], Result.UNKNOWN),
        (["Failed to send, error=429."], Result.NOT_SENT),
        (["A Connection error occurred", SOCKET + "NewConnectionError('refused'))"], Result.NOT_SENT),
        (["A Connection error occurred", SOCKET + "NameResolutionError('unknown'))"], Result.NOT_SENT),
        (["A Connection error occurred", SOCKET + "ReadTimeoutError('Read timed out.'))"], Result.UNKNOWN),
        (["Sent ntfy notification to 'https://a.example'.", WARNING], Result.UNKNOWN),
        (["Something of a plugin went wrong"], Result.UNKNOWN),
        ([], Result.UNKNOWN),
    ],
)
def test_what_is_said_is_classified_once(said: list[str], result: Result) -> None:
    assert outcome_of(said, ()).result is result


def test_the_detail_holds_no_part_of_the_url() -> None:
    url = "mailtos://anna%40b:pass-word@mail.example:587/some-folder?to=boss@c.example&token=abc12345"
    said = ["No login as anna@b with pass-word at mail.example for boss, token abc12345, in some-folder"]
    assert outcome_of(said, secrets_of(url)) == Outcome(
        result=Result.UNKNOWN,
        detail="No login as [secret] with [secret] at [secret] for [secret], [secret] [secret], in [secret]",
    )


def test_a_port_and_the_loopback_are_no_secrets() -> None:
    assert scrubbed("127.0.0.1:8080 says no", secrets_of("json://127.0.0.1:8080/key-of-it")) == "127.0.0.1:8080 says no"


def test_ordinary_words_of_a_url_are_not_taken_out_of_what_is_said() -> None:
    assert keys_of("ntfys://datacenter") == {"ntfys://datacenter"}
    assert "datacenter" not in keys_of("ntfys://ntfy.example/datacenter")
    keys = keys_of("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js")
    assert {"4174216298", "JHMHI8qBe7bk2ZwO5U711o3dV_js"} <= keys
