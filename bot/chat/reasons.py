"""Why an alert came: the conditions of its rules, part by part, with the words that were found.

The rules in force read the article as it stands now, as `rackwatch rules explain` does. The button and `/why` say it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.alerts.words import LANGUAGES
from bot.chat.explaining import PHRASES
from bot.chat.markup import NAME, TITLE, link, listed, safe
from bot.chat.registry import Call
from bot.chat.told import Told, told_of
from bot.rulesets.replay import document_of
from rules import Explainer, Explanation, Rule, RuleSet, Step
from storage.records import KnownEntry, MatchRow

_DEPTH = "\u2003"
"""An em space: Telegram keeps it at the start of a line."""

_DEEPEST = 12
"""Further in, a phone has no room left for the words."""

_OTHERS = 8
_REASON = 300


def reasons_of(call: Call, number: int) -> str | None:
    """The condition tree of each rule that matched the alert's article, and what made the other articles match.

    None where this chat was not told of such an alert. Reads the database, and rules over a text: for a thread.
    """
    told = told_of(call, number)
    return _Reasons(call, told).text() if told is not None else None


@dataclass(frozen=True, slots=True)
class _Reasons:
    call: Call
    told: Told

    def text(self) -> str:
        words, content, number = self.call.words, self.told.content, self.told.alert.id
        article = self._own_article()
        if article is None:  # all of its articles went elsewhere
            title = link(content.title.text, content.url, TITLE, words)
            found = [word for report in content.reports for word in report.words]
            lines = [f"• {safe(one.rule, NAME)}: {self._reason(one.text, found)}" for one in content.reasons]
            return listed(words.say("why_title", number=number, title=title), lines, words)
        title = link(article.title or article.text, article.url, TITLE, words)
        return listed(
            words.say("why_title", number=number, title=title),
            [*self._rules(article), *self._others(article)],
            words,
            rest=f"rackwatch rules explain {article.id}",
        )

    def _own_article(self) -> KnownEntry | None:
        """The article that the message is headed by, else the first that a rule of its watches matched."""
        heard = [entry for entry in self.told.known.members if self._matches(entry)]
        return next((entry for entry in heard if entry.url == self.told.content.url), heard[0] if heard else None)

    def _matches(self, entry: KnownEntry) -> list[MatchRow]:
        return [match for match in entry.matches if match.watch in self.told.content.watches]

    def _rules(self, article: KnownEntry) -> Iterator[str]:
        words = self.call.words
        in_force = {rule.full_name: rule for rule in self.call.room.rules.rules}
        matches = self._matches(article)
        explained = self._explained([in_force[_name(match)] for match in matches if _name(match) in in_force], article)
        for match in matches:
            rule, reading = in_force.get(_name(match)), explained.get(_name(match))
            yield f"\n<b>{safe(_name(match), NAME)}</b> · {match.priority}"
            before = words.say("why_matched", reason=self._reason(match.reason, _surfaces(match)))
            if rule is None or reading is None:
                yield before
                yield f"<i>{words.say('why_gone')}</i>"
                continue
            if not reading.matched:
                yield before
                yield f"<i>{words.say('why_not_now', reason=safe(reading.reason, _REASON))}</i>"
            else:
                yield words.say("why_because", reason=self._reason(reading.reason, _found(reading.tree)))
                if rule.version != match.rule_version:
                    yield f"<i>{words.say('why_changed')}</i>"
            yield from self._tree(reading.tree, 0)

    def _explained(self, rules: Sequence[Rule], article: KnownEntry) -> Mapping[str, Explanation]:
        entry = self.call.room.store.archive.entry(article.id)
        if entry is None or not rules:
            return {}
        watches = tuple(dict.fromkeys(rule.watch for rule in rules))
        alone = RuleSet(version="", files={}, watches=watches, rules=tuple(rules), groups=())
        explainer = Explainer(alone, PHRASES[self.call.words.language])
        return {one.rule.full_name: one for one in explainer.explain(document_of(entry))}

    def _tree(self, step: Step, depth: int) -> Iterator[str]:
        names = PHRASES[self.call.words.language].named
        found = Counter((evidence.surface, evidence.field) for evidence in step.found)
        words = ", ".join(
            f"<b>{safe(surface, NAME)}</b>{f' ×{count}' if count > 1 else ''} ({names(field)})"
            for (surface, field), count in found.items()
        )
        note = f" <i>{safe(step.note, _REASON)}</i>" if step.note else ""
        mark = "✔" if step.true else "✘"
        indent = _DEPTH * min(depth, _DEEPEST)
        yield f"{indent}{mark} {safe(step.label, NAME)}{': ' if words else ''}{words}{note}"
        for part in step.parts:
            yield from self._tree(part, depth + 1)

    def _others(self, article: KnownEntry) -> Iterator[str]:
        words = self.call.words
        others = [
            (entry, found)
            for entry in self.told.known.members
            if entry is not article and (found := self._matches(entry))
        ]
        if others:
            yield f"\n{words.say('why_others')}"
        for entry, found in others[:_OTHERS]:
            said = "; ".join(dict.fromkeys(self._reason(match.reason, _surfaces(match)) for match in found))
            yield f"• {link(entry.publisher, entry.url, NAME, words)}: {said}"
        if len(others) > _OTHERS:
            yield words.say("more", count=len(others) - _OTHERS)

    def _reason(self, text: str, quoted: Iterable[str]) -> str:
        """A rule's reason: its joints in the chat's language, the source's words as they are."""
        return safe(LANGUAGES[self.call.words.language].reason(text, quoted), _REASON)


def _found(step: Step) -> Iterator[str]:
    yield from (evidence.surface for evidence in step.found)
    for part in step.parts:
        yield from _found(part)


def _surfaces(match: MatchRow) -> list[str]:
    return [str(evidence["surface"]) for evidence in match.evidence]


def _name(match: MatchRow) -> str:
    return f"{match.watch}/{match.rule}"
