"""Why a rule matched a document, or the smallest reason why it did not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from rules.condition import LEAD, And, Condition, Filter, Group, InField, Literal, Near, Not, Or, to_text
from rules.evaluation import Evaluation, Proof, Shown
from rules.explain_phrases import ENGLISH, Phrases
from rules.matcher import Matcher, evidence_of, in_time
from rules.model import Document, Evidence, Rule, RuleSet, TermGroup

_SHOWN = 5  # occurrences of one part: more say nothing new


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One part of a condition: whether it is true, what it found, and in words why it is false or what was near.

    `text` is the part as the language prints it, `label` what is new in it beside its own parts (`and`, `lead:`).
    """

    text: str
    label: str
    true: bool
    found: tuple[Evidence, ...] = ()
    note: str = ""
    parts: tuple["Step", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One rule and one document; `reason` says why it matched or, briefly, why it did not."""

    rule: Rule
    matched: bool
    reason: str
    tree: Step
    language: str | None


@dataclass(frozen=True, slots=True)
class _Lack:
    """What would have to change for a condition to be true; `size` counts the changes."""

    size: int
    text: str


class Explainer:
    """Explains every rule of a set; building it takes as long as two matchers."""

    def __init__(self, rules: RuleSet, phrases: Phrases = ENGLISH) -> None:
        self._rules = rules.rules
        self._phrases = phrases
        self._matcher = Matcher(rules)
        # The same rules without `not:` phrases and languages: what they would have found.
        self._unguarded = Matcher(replace(rules, rules=tuple(map(_unguarded, rules.rules)), groups=()))

    def explain(self, document: Document) -> list[Explanation]:
        """What each rule makes of the document, in the order of the files."""
        language, scenes = self._matcher.read(document)
        _, unguarded = self._unguarded.read(document)
        return [
            _Reader(
                rule,
                Evaluation(document, rule.groups, scenes, language),
                Evaluation(document, rule.groups, unguarded, language),
                self._phrases,
            ).explain()
            for rule in self._rules
        ]


def _unguarded(rule: Rule) -> Rule:
    groups = {
        key: TermGroup(name=group.name, terms=tuple(replace(term, language=None) for term in group.terms))
        for key, group in rule.groups.items()
    }
    return replace(rule, groups=groups)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One rule read over one document. `loose` sees what `not:` phrases and languages hide."""

    rule: Rule
    strict: Evaluation
    loose: Evaluation
    phrases: Phrases

    def explain(self) -> Explanation:
        condition, document = self.rule.condition, self.strict.document
        proof = self.strict.prove(condition)
        timely = in_time(self.rule, document)
        if proof is None:
            reason = self._lack(condition, None).text
        elif not timely:
            date = f"{document.date:%Y-%m-%d %H:%M}"
            reason = self.phrases.judges.format(period=self._period(), date=date)
        else:
            reason = proof.phrase
        return Explanation(
            rule=self.rule,
            matched=proof is not None and timely,
            reason=reason,
            tree=self._step(condition, None),
            language=self.strict.language,
        )

    def _step(self, condition: Condition, field: str | None) -> Step:
        proof = self.strict.prove(condition, field)
        return Step(
            text=to_text(condition),
            label=_label(condition),
            true=proof is not None,
            found=self._found(condition, field),
            note=self._note(condition, field, proof),
            parts=tuple(self._step(part, inner) for part, inner in _parts(condition, field)),
        )

    def _note(self, condition: Condition, field: str | None, proof: Proof | None) -> str:
        match condition:
            case Near():
                return self._apart(condition, field)
            case Group() | Literal() if proof is None:
                return self._elsewhere(condition, field) or self.phrases.not_found
            case Group() | Literal():
                hidden = self._hidden(condition, field)
                return self.phrases.not_counted.format(why=hidden) if hidden else ""
            case Filter(kind=kind, value=value) if proof is None:
                return self._filtered(kind, value)
            case _:
                return ""

    def _found(self, condition: Condition, field: str | None) -> tuple[Evidence, ...]:
        if not isinstance(condition, Group | Literal):
            return ()
        return self._evidence(self.strict, self.strict.places(condition, field)[:_SHOWN])

    def _evidence(self, evaluation: Evaluation, shown: list[Shown]) -> tuple[Evidence, ...]:
        return evidence_of(evaluation.document, Proof(tuple(shown)))

    # ── why not ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _lack(self, condition: Condition, field: str | None) -> _Lack:
        """The least that is missing for a false condition."""
        match condition:
            case Group() | Literal():
                return _Lack(1, self._absent(condition, field))
            case InField(name=name, inner=inner):
                return self._lack(inner, name)
            case Filter(kind=kind, value=value):
                return _Lack(1, self._filtered(kind, value))
            case Not(inner=InField(name=name, inner=inner)):
                return self._lack(Not(inner), name)
            case Not(inner=inner):
                proof = self.strict.prove(inner, field)
                what = self.phrases.quoted.format(text=proof.phrase) if proof and proof.phrase else to_text(inner)
                text = self.phrases.excluded.format(part=to_text(inner), where=self._in_the(field), what=what)
                return _Lack(1, text)
            case And(parts=parts):
                lacks = [self._lack(part, field) for part in parts if self.strict.prove(part, field) is None]
                return _Lack(sum(lack.size for lack in lacks), "; ".join(dict.fromkeys(lack.text for lack in lacks)))
            case Or(parts=parts):
                if all(isinstance(part, Group | Literal) for part in parts):
                    return _Lack(1, self._absent(condition, field))
                return min((self._lack(part, field) for part in parts), key=lambda lack: lack.size)
            case Near(left=left, right=right):
                absent = [side for side in (left, right) if not self.strict.places(side, field)]
                if absent:
                    return _Lack(len(absent) + 1, "; ".join(self._absent(side, field) for side in absent))
                return _Lack(1, self._apart(condition, field))
            case _:
                assert_never(condition)

    def _absent(self, condition: Condition, field: str | None) -> str:
        """A group, a literal, or an `or` of them, without an occurrence that counts."""
        elsewhere = self._elsewhere(condition, field)
        absent = self.phrases.absent.format(part=to_text(condition), where=self._in_the(field))
        return absent + (f": {elsewhere}" if elsewhere else "")

    def _elsewhere(self, condition: Condition, field: str | None) -> str:
        hidden = self._hidden(condition, field)
        if hidden or field in {None, "url", "author"}:
            return hidden
        found = self._evidence(self.strict, self.strict.places(condition, None)[:1])
        if not found:
            return ""
        said = self.phrases.after_lead if field == "lead" else self.phrases.elsewhere
        return said.format(word=found[0].surface, field=self.phrases.named(found[0].field), words=LEAD)

    def _hidden(self, condition: Condition, field: str | None) -> str:
        """Occurrences that a `not:` phrase or the text's language keeps from counting."""
        for part in condition.parts if isinstance(condition, Or) else (condition,):
            counted = {place for place, _ in self.strict.places(part, field)}
            lost = [place for place in self.loose.places(part, field) if place[0] not in counted]
            if not lost:
                continue
            group = self.strict.groups[to_text(part)]
            place = lost[0][0]
            word = self._evidence(self.loose, lost[:1])[0].surface
            languages = {term.language for term in group.terms if term.written == place.term} - {None}
            if languages and self.strict.language not in languages:
                named = ", ".join(sorted(map(str, languages)))
                return self.phrases.other_language.format(word=word, languages=named, language=self.strict.language)
            around = self._around(place.field, place.start, place.end)
            return self.phrases.in_not_phrase.format(word=word, around=around)
        return ""

    def _around(self, field: str, start: int, end: int) -> str:
        text: str = getattr(self.strict.document, field)
        left, right = text.rfind(" ", 0, max(0, start - 12)) + 1, text.find(" ", end + 12)
        return " ".join(text[left : right if right >= 0 else len(text)].split())

    def _apart(self, near: Near, field: str | None) -> str:
        nearest = self.strict.nearest(near, field)
        if nearest is None:
            return ""
        left, right = (self._evidence(self.strict, [shown])[0].surface for shown in nearest[1:])
        words = -(-nearest.half_words // 2)
        return self.phrases.apart.format(left=left, right=right, words=words, within=near.within)

    def _filtered(self, kind: str, value: str) -> str:
        document = self.strict.document
        if kind == "lang":
            language = document.language or self.strict.language or self.phrases.unknown
            return self.phrases.language_is.format(language=language, wanted=value)
        if kind == "source":
            return self.phrases.source_is.format(source=document.source or self.phrases.unknown, wanted=value)
        return self.phrases.no_tag.format(wanted=value)

    def _in_the(self, field: str | None) -> str:
        return self.phrases.in_the.format(field=self.phrases.named(field)) if field else ""

    def _period(self) -> str:
        since, until = self.rule.since, self.rule.until
        said = [self.phrases.period_from.format(moment=f"{since:%Y-%m-%d %H:%M}")] if since else []
        if until:
            said.append(self.phrases.period_until.format(moment=f"{until:%Y-%m-%d %H:%M}"))
        return f"{' '.join(said)} UTC"


def _parts(condition: Condition, field: str | None) -> Iterator[tuple[Condition, str | None]]:
    match condition:
        case And(parts=parts) | Or(parts=parts):
            yield from ((part, field) for part in parts)
        case Not(inner=inner):
            yield inner, field
        case InField(name=name, inner=inner):
            yield inner, name
        case Near(left=left, right=right):
            yield left, field
            yield right, field
        case _:
            pass


def _label(condition: Condition) -> str:
    match condition:
        case And():
            return "and"
        case Or():
            return "or"
        case Not():
            return "not"
        case InField(name=name):
            return f"{name}:"
        case Near(within=within):
            return f"near/{within}"
        case _:
            return to_text(condition)
