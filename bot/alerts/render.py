"""An alert as a Telegram message. Pure.

Every string of a feed is cut *as a field* and then escaped, so no tag is ever cut and no message exceeds Telegram's
4096 UTF-16 units after parsing (core.telegram.org/bots/api#sendmessage).
"""

from __future__ import annotations

import html
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.alerts.content import AlertContent, DigestContent, Marked, NoticeContent, ReplyContent, Report
from storage.records import OutboxItem, OutboxKind

REPEAT_MARK = "↻ possible repeat"
LIMIT = 4096
TITLE_LIMIT = 300
EXCERPT_LIMIT = 700
REASON_LIMIT = 200
LINE_LIMIT = 160
URL_LIMIT = 1000
"""Longer addresses are left out: Telegram cuts or refuses them, and nobody reads them."""

REPORT_LINES = 8
WATCH_TAGS = 10
NOTICE_LIMIT = 3500
DIGEST_TITLE_LIMIT = 100
PASSED_COMMAND = "rackwatch stories list --passed-over"

_LANGUAGES = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$")


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, ending in … where something was left out; never half a character."""
    if units(text) <= limit:
        return text
    used = 1  # the ellipsis
    for index, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return f"{text[:index].rstrip()}…"
    return text


def message(item: OutboxItem, zone: ZoneInfo) -> str:
    """The HTML of one outbox item; an attempt after an unknown one says so in its first line."""
    if item.kind is OutboxKind.NOTICE or item.alert_id is None:
        body = _notice(item, zone)
    else:
        body = alert(AlertContent.from_json(item.content), item.alert_id, zone)
    repeated = item.possible_repeat and item.kind is not OutboxKind.EDIT
    return f"{REPEAT_MARK}\n{body}" if repeated else body


def _notice(item: OutboxItem, zone: ZoneInfo) -> str:
    if (answer := ReplyContent.from_json(item.content)) is not None:
        return reply(answer, item.alert_id)
    if (passed := DigestContent.from_json(item.content)) is not None:
        return digest(passed, zone)
    return notice(NoticeContent.from_json(item.content))


def digest(content: DigestContent, zone: ZoneInfo) -> str:
    """What was passed over: how much and why, and a line for each story that there is room for."""
    why = f" ({_safe(cut('; '.join(content.why), 600))})" if content.why else ""
    text = f"<b>{_safe(content.headline)}</b>{why}\n"
    rest = f"\nand {content.total} more: {PASSED_COMMAND}"
    room = LIMIT - units(REPEAT_MARK) - 1 - units(visible(text)) - units(rest)
    shown = 0
    for line in content.lines:
        title = _link(_safe(cut(line.title, DIGEST_TITLE_LIMIT)) or "(untitled)", line.url)
        one = f"\n• {title}, {_safe(cut(line.publisher, 60))}, {_day(line.at, zone)}"
        room -= units(visible(one))
        if room < 0:
            break
        text, shown = text + one, shown + 1
    left = content.total - shown
    return text + (f"\nand {left} more: {PASSED_COMMAND}" if left else "")


def notice(content: NoticeContent) -> str:
    text = cut("\n".join(content.lines), NOTICE_LIMIT)
    return f"<b>rackwatch: {_safe(cut(content.headline, TITLE_LIMIT))}</b>" + (f"\n{_safe(text)}" if text else "")


def reply(content: ReplyContent, alert_id: int | None) -> str:
    """What is new about a story, under its message."""
    publisher = _safe(cut(content.publisher, 60))
    title = _link(_safe(cut(content.title, TITLE_LIMIT)) or "(untitled)", content.url)
    return f"<b>{_safe(content.headline)}</b> · {publisher}\n{title}" + (f"\nA{alert_id}" if alert_id else "")


def alert(content: AlertContent, alert_id: int, zone: ZoneInfo) -> str:
    """Title, who and when, the passage that matters, the reason, the other voices, the watches."""
    for lines in (REPORT_LINES, 4, 2):
        text = _alert(content, alert_id, zone, lines)
        if units(visible(text)) <= LIMIT - units(REPEAT_MARK) - 1:
            return text
    return _alert(content, alert_id, zone, 0)


def _alert(content: AlertContent, alert_id: int, zone: ZoneInfo, lines: int) -> str:
    heading = _link(_bold(content.title, TITLE_LIMIT) or "(untitled)", content.url)
    parts = [f"{'❗ ' if content.priority == 'high' else ''}{heading}"]
    own = next((report for report in content.reports if report.url == content.url), None)
    if own is not None:
        parts.append(_safe(_who_and_when(own, zone)))
    excerpt = _bold(content.excerpt, EXCERPT_LIMIT)
    if excerpt:
        parts.append(f"\n{excerpt}")
    parts.append("")
    parts += [
        f"<i>Why:</i> {_safe(cut(reason.text, REASON_LIMIT))} <i>({_safe(cut(reason.rule, 80))})</i>"
        for reason in content.reasons
    ]
    if content.told_in is not None:
        parts.insert(0, f"→ The same story is told in A{content.told_in}.\n")
    if line := _first_line(content, zone):
        parts.append(f"\n{line}")
    if len(content.reports) > 1:
        parts += [_report_line(report, zone) for report in content.reports[:lines]]
        if len(content.reports) > lines:
            parts.append(f"… and {len(content.reports) - lines} more")
    tags = " ".join(f"#{re.sub(r'[^A-Za-z0-9]+', '_', key)}" for key in list(content.watches)[:WATCH_TAGS])
    parts.append(f"\n{tags} · A{alert_id}")
    return "\n".join(parts)


def _first_line(content: AlertContent, zone: ZoneInfo) -> str:
    """Who was first, and how many publishers told it."""
    said = []
    if content.first is not None:
        lead = f", {_span(content.first.lead)} earlier" if content.first.lead else ""
        said.append(f"<i>First:</i> {_safe(cut(content.first.publisher, 60))}{lead} ({_safe(content.first.how)})")
    elif len(content.reports) > 1:
        first = content.reports[0]
        said.append(f"<i>First:</i> {_safe(cut(first.publisher, 60))}, {_time(first.at, zone)}")
    voices = content.voices or len(content.reports)
    if voices > 1:
        said.append(f"{voices} publishers")
    if content.denied:
        said.append("denied or corrected")
    if content.tells_of:
        said.append(f"tells of {_numbers(content.tells_of)}")
    if content.moved_to:
        said.append(f"another story since: {_numbers(content.moved_to)}")
    if content.moved_from is not None:
        said.append(f"told in A{content.moved_from} before")
    return " · ".join(said)


def _numbers(alerts: tuple[int, ...]) -> str:
    return ", ".join(f"A{number}" for number in alerts[:5])


def _span(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes / 60:.0f} h" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"


def _report_line(report: Report, zone: ZoneInfo) -> str:
    name = _link(_safe(cut(report.publisher, 60)), report.url)
    words = cut(", ".join(report.words), LINE_LIMIT)
    denies = "denies or corrects · " if report.denies else ""
    return f"• {name}, {_time(report.at, zone)}: {denies}<b>{_safe(words)}</b>"


def _who_and_when(report: Report, zone: ZoneInfo) -> str:
    language = f" · {report.language}" if report.language and _LANGUAGES.match(report.language) else ""
    return f"{cut(report.publisher, 60)} · {_time(report.at, zone)}{language}"


def _time(moment: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(moment).astimezone(zone).strftime("%d %b %Y %H:%M")


def _day(moment: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(moment).astimezone(zone).strftime("%d %b %Y")


def _link(inner: str, url: str) -> str:
    if not url.startswith(("http://", "https://")) or len(url) > URL_LIMIT:
        return inner
    return f'<a href="{html.escape(url, quote=True)}">{inner}</a>'


def _safe(text: str) -> str:
    return html.escape(text, quote=False)


def _bold(marked: Marked, limit: int) -> str:
    """The text cut, escaped and with its spans in bold."""
    text = cut(marked.text, limit)
    kept = len(text) - 1 if len(text) < len(marked.text) else len(text)
    out, at = [], 0
    for first, last in marked.spans:
        start, end = max(first, at), min(last, kept)
        if start >= end:
            continue
        out += [_safe(text[at:start]), "<b>", _safe(text[start:end]), "</b>"]
        at = end
    return "".join([*out, _safe(text[at:])])


_TAG = re.compile(r"<[^>]*>")


def visible(message_html: str) -> str:
    """What is left when Telegram has parsed the HTML; also the plain text that is sent when it cannot."""
    return html.unescape(_TAG.sub("", message_html))
