"""An alert as a Telegram message, to be read in two seconds on a locked screen. Pure.

The first line is the title, for that is what a locked screen shows; only the mark of high priority stands before it.
No message exceeds Telegram's 4096 UTF-16 units after parsing (core.telegram.org/bots/api#sendmessage).
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from bot.alerts.content import (
    AlertContent,
    DigestContent,
    DigestLine,
    Marked,
    NoticeContent,
    PageContent,
    PagedContent,
    PageLine,
    ReplyContent,
    Report,
)
from bot.alerts.markup import bold, clean, cut, is_blank, link, one_line, safe, units, visible
from bot.alerts.words import ENGLISH, LANGUAGES, Words
from storage.records import OutboxItem, OutboxKind

LIMIT = 4096
REPEAT_SIGN = "↻"
REPEAT_MARK = f"{REPEAT_SIGN} {ENGLISH.repeat}"
ROOM = LIMIT - max(units(f"{REPEAT_SIGN} {words.repeat}\n") for words in LANGUAGES.values())
"""What is left for a message that may have to carry the mark of a repeat."""

TITLE_LIMIT = 300
EXCERPT_LIMIT = 700
REASON_LIMIT = 160
NAME_LIMIT = 60
LINE_LIMIT = 60
"""The matched words of one publisher: with its name and the time, two lines of a phone."""

REPORT_LINES = 8
WATCH_TAGS = 10
NOTICE_LIMIT = 3500
DIGEST_TITLE_LIMIT = 100
NEWS_LIMIT = 160
PASSED_COMMAND = "rackwatch stories list --passed-over"

_LANGUAGES = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$")


def message(item: OutboxItem, zone: ZoneInfo, words: Words = ENGLISH, *, turned: int | None = 0) -> str:
    """The HTML of one outbox item; an attempt after an unknown one says so in its first line.

    `turned` is the page that is shown of a digest, from 0; None: all of them, where no button turns them. Such a text
    may be longer than a message of Telegram.
    """
    if item.kind is OutboxKind.DIGEST:
        told = PagedContent.from_json(item.content)
        body = page(told.whole if turned is None else told.pages[turned], zone, words)
    elif item.kind is OutboxKind.NOTICE or item.alert_id is None:
        body = _notice(item, zone, words)
    else:
        body = alert(AlertContent.from_json(item.content), item.alert_id, zone, words)
    repeated = item.possible_repeat and item.kind is not OutboxKind.EDIT
    return f"{REPEAT_SIGN} {words.repeat}\n{body}" if repeated else body


def _notice(item: OutboxItem, zone: ZoneInfo, words: Words) -> str:
    if (answer := ReplyContent.from_json(item.content)) is not None:
        return reply(answer, item.alert_id, words)
    if (passed := DigestContent.from_json(item.content)) is not None:
        return digest(passed, zone, words)
    return notice(NoticeContent.from_json(item.content))


def digest(content: DigestContent, zone: ZoneInfo, words: Words = ENGLISH) -> str:
    """What was passed over: how much and why, and a line for each story that there is room for."""
    headline = words.passed[content.total != 1].format(content.total)
    because = "; ".join(words.passed_because(reason) for reason in content.why)
    text = f"<b>{headline}</b>" + (f" ({safe(cut(because, 600))})" if because else "") + "\n"
    rest = f"\n{words.more_by.format(content.total, PASSED_COMMAND)}"
    room = ROOM - units(visible(text)) - units(rest)
    shown = 0
    for line in content.lines:
        one = f"\n• {_told(line, zone, words)}"
        room -= units(visible(one))
        if room < 0:
            break
        text, shown = text + one, shown + 1
    left = content.total - shown
    return text + (f"\n{words.more_by.format(left, PASSED_COMMAND)}" if left else "")


def page(content: PageContent, zone: ZoneInfo, words: Words = ENGLISH) -> str:
    """A page of a digest: its stories by watch, a line for each."""
    headline = words.digest[content.total != 1].format(words.number(content.total))
    number = words.page.format(words.number(content.page), words.number(content.pages))
    text, watch = f"<b>{headline}</b>" + (f" · {number}" if content.pages > 1 else ""), None
    for line in content.lines:
        if line.watch != watch:
            text, watch = f"{text}\n\n{page_heading(line)}", line.watch
        text = f"{text}\n{page_line(line, zone, words)}"
    return text


def page_heading(line: PageLine) -> str:
    """What stands above the stories of a watch."""
    return f"<b>{'–' if is_blank(line.watch) else safe(one_line(cut(line.watch, DIGEST_TITLE_LIMIT)))}</b>"


def page_line(line: PageLine, zone: ZoneInfo, words: Words = ENGLISH) -> str:
    """One alert of a digest; it has no message of its own."""
    mark = "❗ " if line.priority == "high" else ""
    voices = f" · {words.publishers.format(line.voices)}" if line.voices > 1 else ""
    told = ", ".join(words.material.get(kind, kind) for kind in dict.fromkeys(line.news))
    news = f" · <b>{safe(cut(told, NEWS_LIMIT))}</b>" if told else ""
    return f"• {mark}{_told(line, zone, words)}{voices}{news} · A{line.alert}"


def _told(line: DigestLine | PageLine, zone: ZoneInfo, words: Words) -> str:
    """Title, publisher and day of a story in a digest."""
    title = _headline(Marked(text=line.title), line.url, DIGEST_TITLE_LIMIT, words)
    return f"{title}, {_name(line.publisher)}, {words.day(line.at, zone)}"


def notice(content: NoticeContent) -> str:
    """A message to the operator, whose language is that of the command line."""
    text = cut("\n".join(content.lines), NOTICE_LIMIT)
    headline = safe(one_line(cut(content.headline, TITLE_LIMIT)))
    return f"<b>rackwatch: {headline}</b>" + (f"\n{safe(text)}" if text else "")


def reply(content: ReplyContent, alert_id: int | None, words: Words = ENGLISH) -> str:
    """What is new about a story, under its message: what it is comes first, since the title is known already."""
    headline = words.material.get(content.kind, content.headline)
    title = _headline(Marked(text=content.title), content.url, TITLE_LIMIT, words)
    return f"<b>{safe(headline)}</b> · {_name(content.publisher)}\n{title}" + (f"\nA{alert_id}" if alert_id else "")


def alert(content: AlertContent, alert_id: int, zone: ZoneInfo, words: Words = ENGLISH) -> str:
    """Title, who and when, the passage that matters, the reason, the other voices, the watches."""
    for lines in (REPORT_LINES, 4, 2):
        text = _alert(content, alert_id, zone, words, lines)
        if units(visible(text)) <= ROOM:
            return text
    return _alert(content, alert_id, zone, words, 0)


def _alert(content: AlertContent, alert_id: int, zone: ZoneInfo, words: Words, lines: int) -> str:
    own = next((report for report in content.reports if report.url == content.url), None)
    sign = "❗ " if content.priority == "high" else ""
    head = [
        f"→ {words.told_in.format(f'A{content.told_in}')}\n" if content.told_in is not None else "",
        sign + _headline(content.title, content.url, TITLE_LIMIT, words),
        _who_and_when(own, zone, words) if own is not None else "",
    ]
    tags = " ".join(f"#{re.sub(r'[^A-Za-z0-9]+', '_', key)}" for key in list(content.watches)[:WATCH_TAGS])
    blocks = [
        _lines(head),
        "" if is_blank(content.excerpt.text) else bold(content.excerpt, EXCERPT_LIMIT),
        _lines([_why(content, words), _standing(content, words), *_voices(content, zone, words, lines)]),
        f"{tags} · A{alert_id}",
    ]
    return "\n\n".join(block for block in blocks if block)


def _lines(lines: list[str]) -> str:
    return "\n".join(line for line in lines if line)


def _headline(title: Marked, url: str, limit: int, words: Words) -> str:
    text = one_line(clean(title.text))
    inner = words.untitled if is_blank(text) else bold(Marked(text=text, spans=title.spans), limit)
    return link(inner, url)


def _why(content: AlertContent, words: Words) -> str:
    """One line: the first rule's reason. The other rules, and their trees, are for those who ask."""
    if not content.reasons:
        return ""
    quoted = [word for report in content.reports for word in report.words]
    text = cut(words.reason(content.reasons[0].text, quoted), REASON_LIMIT)
    return f"<i>{words.why} {safe(one_line(text))}</i>"


def _standing(content: AlertContent, words: Words) -> str:
    """Who was first, how many publishers told it, and which alerts tell of the same."""
    said = []
    if content.first is not None:
        how = f" ({words.cited})" if "cited" in content.first.how else ""
        if content.first.lead:
            how = f", {words.earlier.format(words.span(content.first.lead))}"
        said.append(f"{words.first} {_name(content.first.publisher)}{how}")
    elif len(content.reports) > 1:
        said.append(f"{words.first} {_name(content.reports[0].publisher)}")
    if (voices := content.voices or len(content.reports)) > 1:
        said.append(words.publishers.format(voices))
    if content.denied:
        said.append(words.denied)
    if content.tells_of:
        said.append(words.tells_of.format(_numbers(content.tells_of)))
    if content.moved_to:
        said.append(words.moved_to.format(_numbers(content.moved_to)))
    if content.moved_from is not None:
        said.append(words.moved_from.format(f"A{content.moved_from}"))
    return " · ".join(said)


def _voices(content: AlertContent, zone: ZoneInfo, words: Words, lines: int) -> list[str]:
    """A line for each publisher with its own matched words, where there is more than one."""
    if len(content.reports) < 2:
        return []
    own = next((report.at for report in content.reports if report.url == content.url), None)
    shown = [_report_line(report, own, zone, words) for report in content.reports[:lines]]
    left = len(content.reports) - len(shown)
    return [*shown, *([f"… {words.more.format(left)}"] if left else [])]


def _report_line(report: Report, beside: str | None, zone: ZoneInfo, words: Words) -> str:
    line = f"• {link(_name(report.publisher), report.url)}, {words.time_beside(report.at, beside, zone)}"
    said = [words.denies] if report.denies else []
    if matched := _as_many_as_fit(report.words):
        said.append(safe(one_line(matched)))
    return f"{line}: {' · '.join(said)}" if said else line


def _as_many_as_fit(words: tuple[str, ...]) -> str:
    """The first matched words, whole ones; at least one."""
    said = cut(", ".join(words[:1]), LINE_LIMIT)
    for word in words[1:]:
        if units(longer := f"{said}, {word}") > LINE_LIMIT:
            break
        said = longer
    return said


def _who_and_when(report: Report, zone: ZoneInfo, words: Words) -> str:
    language = f" · {report.language}" if report.language and _LANGUAGES.match(report.language) else ""
    return f"{_name(report.publisher)} · {words.time(report.at, zone)}{language}"


def _name(publisher: str) -> str:
    return safe(one_line(cut(publisher, NAME_LIMIT)))


def _numbers(alerts: tuple[int, ...]) -> str:
    return ", ".join(f"A{number}" for number in alerts[:5])
