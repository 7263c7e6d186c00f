"""Judges documents: finds what occurs, then evaluates only the rules whose required terms did, the rarest first."""

from collections import defaultdict
from collections.abc import Iterator

from rules.condition import InField, to_text, walk
from rules.evaluation import Evaluation, Proof, Scene
from rules.finder import Finder
from rules.languages import detect, primary
from rules.model import Document, Evidence, Judgement, Match, Rule, RuleSet, TermGroup
from rules.passage import Field, passage
from rules.required import required, requirements

LONGEST_READ = 65_536
"""Characters of a field that are judged: four times a long magazine article, and a bound for what a feed can cost."""

HEAD = 300
"""Characters of a text, after its title, in which it says who it is about."""

_FIELD_ORDER = ("title", "text", "url", "author")


class Matcher:
    """A rule set made ready; building takes a moment, judging does not. Safe to use from many threads."""

    def __init__(self, rules: RuleSet) -> None:
        groups = {group.name: group for group in rules.groups}
        for rule in rules.rules:
            groups |= {group.name: group for group in rule.groups.values()}
        self._rules = rules.rules
        used = {group.name for rule in rules.rules for group in rule.groups.values()}
        self._unused = groups.keys() - used  # they say nothing of what an article is about
        self._named = {name: group.subject for name, group in groups.items() if group.naming and name in used}
        self._finder = Finder(groups.values())
        self._candidates: dict[str, list[int]] = defaultdict(list)  # group → numbers of rules to evaluate
        self._asked: dict[Field, set[str]] = {"url": set(), "author": set()}  # groups looked for in a field
        # Of each set of groups one must occur.
        self._needs = [
            tuple(frozenset(rule.groups[name].name for name in names) for names in requirements(rule.condition))
            for rule in rules.rules
        ]
        for number, rule in enumerate(rules.rules):
            for name in _required(rule):
                self._candidates[rule.groups[name].name].append(number)
            for field, name in _fields_asked(rule):
                self._asked[field].add(name)

    def judge(self, document: Document) -> Judgement:
        """Every rule that is true of the document, in the order of the rule files."""
        language, scenes = self.read(document)
        main = scenes["main"]
        headline = frozenset(
            name for name, places in main.occurrences.items() if any(place.field == "title" for place in places)
        )
        groups = {name for scene in scenes.values() for name in scene.occurrences} - self._unused
        if not groups:
            return Judgement(language=language, headline=headline)
        numbers = sorted({number for name in groups for number in self._candidates.get(name, ())})
        matches: list[Match] = []
        for number in numbers:
            rule = self._rules[number]
            if any(names.isdisjoint(groups) for names in self._needs[number]) or not in_time(rule, document):
                continue
            proof = Evaluation(document, rule.groups, scenes, language).prove(rule.condition)
            if proof is not None:
                matches.append(_match(document, rule, proof))
        subjects, said = self._head(main)
        return Judgement(
            matches=tuple(matches),
            groups=frozenset(groups),
            language=language,
            subjects=subjects,
            said=said,
            headline=headline,
        )

    def _head(self, scene: Scene) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
        """Who the document is about: naming groups in its title and the start of its text, with their words there.

        And the words there of all other groups that a rule uses.
        """
        subjects: defaultdict[str, set[str]] = defaultdict(set)
        said: set[str] = set()
        tokens = {name: cut.tokens for name, cut in scene.passage.cuts}
        for group, places in scene.occurrences.items():
            if group in self._unused:
                continue
            subject = self._named.get(group)
            for place in places:
                if place.field == "title" or (place.field == "text" and place.start < HEAD):
                    first = scene.passage.first_token(place.field)
                    words = tokens[place.field][place.first - first : place.last - first + 1]
                    (said if subject is None else subjects[subject]).update(words)
        return {subject: frozenset(words) for subject, words in subjects.items()}, frozenset(said)

    def read(self, document: Document) -> tuple[str | None, dict[str, Scene]]:
        """The document's primary language, stated or detected, and what occurs where."""
        language = primary(document.language) or detect(document.title, document.text)
        fields: dict[Field, str] = {"title": document.title[:LONGEST_READ], "text": document.text[:LONGEST_READ]}
        main = passage(fields)
        scenes = {"main": Scene(main, fields, self._finder.find(main, fields, language))}
        for field, asked in self._asked.items():
            if asked:
                fields = {field: getattr(document, field)[:LONGEST_READ]}
                place = passage(fields)
                found = self._finder.find(place, fields, language)
                scenes[field] = Scene(place, fields, {name: places for name, places in found.items() if name in asked})
        return language, scenes


def in_time(rule: Rule, document: Document) -> bool:
    """Whether the document's date lies between the rule's `since` and `until`; without a date it does."""
    if document.date is None:
        return True
    return (rule.since is None or rule.since <= document.date) and (rule.until is None or document.date < rule.until)


def _required(rule: Rule) -> frozenset[str]:
    return required(rule.condition, lambda key: _rarity(rule.groups[key])) or frozenset()


def _fields_asked(rule: Rule) -> Iterator[tuple[Field, str]]:
    asked: tuple[Field, ...] = ("url", "author")
    for node in walk(rule.condition):
        for field in asked:
            if isinstance(node, InField) and node.name == field:
                names = (to_text(inner) for inner in walk(node.inner))
                yield from ((field, rule.groups[name].name) for name in names if name in rule.groups)


def _rarity(group: TermGroup) -> int:
    """A guess without statistics: the shortest thing looked for; long words are rare. A regex may be anything."""
    return min((min(map(len, term.patterns), default=1) for term in group.terms), default=1)


def evidence_of(document: Document, proof: Proof) -> tuple[Evidence, ...]:
    """What a proof shows, in order of place."""
    evidence = (
        Evidence(
            field=place.field,
            start=place.start,
            end=place.end,
            surface=getattr(document, place.field)[place.start : place.end],
            term=place.term,
            group=group,
        )
        for place, group in proof.shown
    )
    return tuple(sorted(evidence, key=lambda one: (_FIELD_ORDER.index(one.field), one.start, one.end)))


def _match(document: Document, rule: Rule, proof: Proof) -> Match:
    return Match(
        watch=rule.watch.key,
        rule=rule.name,
        full_name=rule.full_name,
        watch_title=rule.watch.title,
        priority=rule.priority,
        version=rule.version,
        evidence=evidence_of(document, proof),
        reason=proof.phrase,
    )
