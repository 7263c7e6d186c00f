"""Rules that match nearly every text: tried on ordinary sentences about nothing in particular."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rules.matcher import Matcher
from rules.model import Document, Rule, RuleSet, TermGroup
from rules.passage import passage
from rules.regexes import Patterns
from rules.required import required
from rules.terms import TermKind

#: Titles and texts by language, four each: ordinary words, no names, no subject.
_TEXTS = {
    "en": (
        ("What the neighbours saw on Monday", "They said that it was the first time, and that there were many people."),
        ("A quiet day in the old town", "Most of the shops are open, but some of them will close for a week."),
        ("How to begin when there is little time", "You can do it with your hands; it is not as hard as it looks."),
        ("They have found a way back", "After the rain the road to the village was free, and the children could go."),
    ),
    "de": (
        ("Was die Nachbarn am Montag sahen", "Sie sagten, es sei das erste Mal, und dass viele Leute da waren."),
        ("Ein stiller Tag in der Altstadt", "Die meisten Läden sind offen, aber einige werden eine Woche schließen."),
        ("Wie man mit wenig Zeit beginnt", "Man kann es mit den Händen tun; es ist nicht so schwer, wie es aussieht."),
        ("Sie haben einen Weg zurück gefunden", "Nach dem Regen war die Straße frei, und die Kinder konnten gehen."),
    ),
    "fr": (
        ("Ce que les voisins ont vu lundi", "Ils ont dit que c'était la première fois et qu'il y avait du monde."),
        ("Un jour calme dans la vieille ville", "La plupart des magasins sont ouverts, mais certains vont fermer."),
        ("Comment commencer avec peu de temps", "On peut le faire avec les mains; ce n'est pas si difficile."),
        ("Ils ont trouvé un chemin de retour", "Après la pluie, la route était libre et les enfants sont partis."),
    ),
    "es": (
        ("Lo que vieron los vecinos el lunes", "Dijeron que era la primera vez y que había mucha gente."),
        ("Un día tranquilo en la ciudad vieja", "La mayoría de las tiendas están abiertas, pero algunas cierran."),
        ("Cómo empezar con poco tiempo", "Se puede hacer con las manos; no es tan difícil como parece."),
        ("Han encontrado un camino de vuelta", "Después de la lluvia la calle estaba libre y los niños se fueron."),
    ),
    "it": (
        ("Che cosa hanno visto i vicini lunedì", "Hanno detto che era la prima volta e che c'era molta gente."),
        ("Un giorno tranquillo nella città vecchia", "La maggior parte dei negozi è aperta, ma alcuni chiudono."),
        ("Come cominciare con poco tempo", "Si può fare con le mani; non è così difficile come sembra."),
        ("Hanno trovato la strada di casa", "Dopo la pioggia la via era libera e i bambini sono andati."),
    ),
    "pt": (
        ("O que os vizinhos viram na segunda", "Disseram que era a primeira vez e que havia muita gente."),
        ("Um dia calmo na cidade velha", "A maioria das lojas está aberta, mas algumas vão fechar."),
        ("Como começar com pouco tempo", "Pode fazer-se com as mãos; não é tão difícil como parece."),
        ("Eles encontraram o caminho de volta", "Depois da chuva a rua estava livre e as crianças foram."),
    ),
    "nl": (
        ("Wat de buren op maandag zagen", "Ze zeiden dat het de eerste keer was en dat er veel mensen waren."),
        ("Een stille dag in de oude stad", "De meeste winkels zijn open, maar sommige gaan een week dicht."),
        ("Hoe je met weinig tijd begint", "Je kunt het met de handen doen; het is niet zo moeilijk als het lijkt."),
        ("Ze hebben de weg terug gevonden", "Na de regen was de straat vrij en konden de kinderen gaan."),
    ),
    "pl": (
        ("Co sąsiedzi widzieli w poniedziałek", "Mówili, że to był pierwszy raz i że było tam dużo ludzi."),
        ("Cichy dzień na starym mieście", "Większość sklepów jest otwarta, ale niektóre będą zamknięte."),
        ("Jak zacząć, gdy jest mało czasu", "Można to zrobić rękami; nie jest to tak trudne, jak się wydaje."),
        ("Oni znaleźli drogę powrotną", "Po deszczu ulica była wolna i dzieci mogły iść."),
    ),
    "ru": (
        ("Что соседи видели в понедельник", "Они сказали, что это было в первый раз и что было много людей."),
        ("Тихий день в старом городе", "Большинство магазинов открыто, но некоторые закроются на неделю."),
        ("Как начать, когда мало времени", "Это можно сделать руками; это не так трудно, как кажется."),
        ("Они нашли дорогу назад", "После дождя улица была свободна, и дети могли идти."),
    ),
    "zh": (
        ("邻居们星期一看到了什么", "他们说这是第一次,那里有很多人。"),
        ("老城里安静的一天", "大多数的商店都开着,但是有的要关一个星期。"),
        ("时间不多的时候怎么开始", "可以用手做,这不是看起来那么难的事。"),
        ("他们找到了回去的路", "下雨以后路上没有人,孩子们可以走了。"),
    ),
    "ja": (
        ("月曜日に近所の人が見たもの", "初めてのことだと言い、たくさんの人がいました。"),
        ("古い町の静かな一日", "多くの店は開いていますが、一週間休む店もあります。"),
        ("時間がないときの始め方", "手でできます。見た目ほど難しくはありません。"),
        ("帰る道が見つかりました", "雨のあとで道は空いていて、子どもたちは行けました。"),
    ),
}  # fmt: skip

#: Of the four texts of a language; a rule that is meant finds none, a careless prefix one.
_NEARLY_ALL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NearlyAll:
    """A rule that matches so many of a language's ordinary texts, and by which words, for example."""

    rule: Rule
    language: str
    count: int
    example: str

    def __str__(self) -> str:
        texts = f"{self.count} of {len(_TEXTS[self.language])} ordinary texts ({self.language})"
        return f"the rule matches nearly everything: {texts}, for instance by “{self.example}”"


def matching_nearly_all(rules: Sequence[Rule]) -> Iterator[NearlyAll]:
    """The rules that match nearly every text of some language, each once."""
    suspects = tuple(rule for rule in rules if _may_match(rule))
    if not suspects:
        return
    matcher = Matcher(RuleSet(version="", files={}, watches=(), rules=suspects, groups=()))
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for document in _documents():
        for match in matcher.judge(document).matches:
            key = match.full_name, str(document.language)
            counts[key] += 1
            examples.setdefault(key, match.reason)
    for rule in suspects:
        for language in _TEXTS:
            key = rule.full_name, language
            if counts[key] >= _NEARLY_ALL:
                yield NearlyAll(rule=rule, language=language, count=counts[key], example=examples[key])
                break


def _may_match(rule: Rule) -> bool:
    """Whether one of the words without which the rule cannot match is an ordinary one."""
    needed = required(rule.condition) or ()
    return any(_is_ordinary(rule.groups[name]) for name in needed)


def _is_ordinary(group: TermGroup) -> bool:
    regexes = [term.body for term in group.terms if term.kind is TermKind.REGEX]
    if any(pattern in _passages() for term in group.terms for pattern in term.patterns):
        return True
    return bool(regexes) and next(Patterns(regexes).find(_everything()), None) is not None


@cache
def _documents() -> tuple[Document, ...]:
    return tuple(
        Document(title=title, text=text, language=language, url="https://news.example/2024/05/a-b", author="A B")
        for language, texts in _TEXTS.items()
        for title, text in texts
    )


@cache
def _passages() -> str:
    """All texts as the matcher sees them: a term that does not stand in it needs no trial."""
    return "\n".join(
        passage({"title": one.title, "text": one.text, "url": one.url, "author": one.author}).string
        for one in _documents()
    )


@cache
def _everything() -> str:
    return "\n".join(f"{one.title}\n{one.text}\n{one.url}\n{one.author}" for one in _documents())
