"""Plurals and case endings, in the language of the text and nowhere else; and never another word."""

import pytest

from rules import Document, Matcher
from rules.endings import ENDINGS
from rules.inflection import INFLECTED, Inflector
from tests.rules.builders import judge, one_rule


def found(term: str, text: str, language: str | None, **group: str) -> bool:
    inside = ", ".join([f'any: ["{term}"]', *(f"{key}: {value}" for key, value in group.items())])
    return bool(judge(one_rule("it", it=inside), text, language=language).matches)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "term", "texts"),
    [
        ("de", "Leuchtturm", ["die alten Leuchttürme", "des Leuchtturms", "von Leuchttürmen"]),
        ("de", "Rechenzentrum", ["neue Rechenzentren", "des Rechenzentrums"]),
        ("de", "soziales Netzwerk", ["in sozialen Netzwerken", "der sozialen Netzwerke"]),
        ("en", "data center", ["two data centers", "the datacenter's roof", "DATA CENTERS"]),
        ("fr", "centre de données", ["trois centres de données"]),
        ("fr", "réseau social", ["les réseaux sociaux"]),
        ("es", "servidor", ["los servidores"]),
        ("es", "centro de datos", ["varios centros de datos"]),
        ("it", "centro dati", ["due centri dati"]),
        ("pt", "instalação", ["as instalações"]),
        ("nl", "rekencentrum", ["de rekencentra"]),
        ("pl", "centrum danych", ["w centrach danych", "budowa centrów danych", "centra danych"]),
        ("pl", "Tesla", ["akcje Tesli", "z Teslą", "kupić Teslę"]),
        ("ru", "сервер", ["новых серверов", "с серверами"]),
        ("ru", "облачный сервис", ["облачные сервисы", "облачного сервиса"]),
        ("cs", "datové centrum", ["v datových centrech", "datového centra"]),
        ("sv", "hall", ["de nya hallarna"]),
    ],
)
def test_forms_are_found_in_their_language(language: str, term: str, texts: list[str]) -> None:
    assert [text for text in texts if not found(term, text, language)] == []


@pytest.mark.parametrize(
    ("language", "term", "text"),
    [
        ("ru", "Маск", "защитная маска"),  # a mask, not Mr Musk's
        ("it", "Meta", "le mete del viaggio"),  # destinations
        ("en", "data", "the date"),
        ("ru", "дата", "дать отпор"),  # to give
        ("de", "Twitter", "er will twittern"),  # the verb
        ("nl", "storing", "iemand storen"),  # to disturb
        ("de", "Netzwerk", "der Netzwerker"),  # a person
        ("en", "fire", "she was fired"),
        ("en", "university", "the universe"),
        ("en", "policy", "the police"),
        ("en", "news", "a new thing"),
        ("en", "mac", "the machine"),
        ("de", "AWS", "der Awsen"),  # names in capitals stay as they are
        ("en", "Leuchtturm", "the Leuchttürme"),  # a form of another language
    ],
)
def test_other_words_are_not(language: str, term: str, text: str) -> None:
    assert not found(term, text, language)


def test_a_term_can_switch_it_off() -> None:
    assert found("Leuchtturm", "die Leuchttürme", "de")
    rules = one_rule("it", it="any: [{term: Leuchtturm, inflect: false}]")
    assert not judge(rules, "die Leuchttürme", language="de").matches
    assert judge(rules, "der LEUCHTTURM", language="de").matches
    assert not judge(one_rule("it", it="any: [{term: server, inflect: false}]"), "two servers").matches


def test_variants_count_in_their_language_only() -> None:
    rules = one_rule("it", it="any: [outage], variants: {nl: [plat], fr: [panne]}")
    dutch, german = "Het hele netwerk ligt plat vandaag", "Das Land ist sehr plat und weit"
    assert judge(rules, dutch, language="nl").matches
    assert judge(rules, dutch).matches, "the language is detected"
    assert not judge(rules, german, language="de").matches
    assert judge(rules, "plat").matches, "a text in no known language is not refused"
    assert judge(rules, "les pannes", language="fr-CA").matches, "variants bend in their language"


def test_a_variant_may_be_an_exception_for_one_language() -> None:
    group = "any: [storm], not: [Storm Server], variants: {nl: [storing]}"
    assert judge(one_rule("it", it=group), "een storing", language="nl").matches
    assert not judge(one_rule("it", it=group), "Storm Server", language="nl").matches


def test_the_language_found_is_told() -> None:
    matcher = Matcher(one_rule("it", it="any: [Tesla]"))
    assert matcher.judge(Document(title="Tesla baut ein neues Werk in der Nähe von Berlin")).language == "de"
    assert matcher.judge(Document(title="特斯拉在中国建立数据中心")).language == "zh"
    assert matcher.judge(Document(title="テスラ、上海にデータセンターを開設")).language == "ja"
    assert matcher.judge(Document(title="테슬라 데이터센터")).language == "ko"
    assert matcher.judge(Document(title="V100")).language is None
    assert matcher.judge(Document(title="Tesla baut ein neues Werk", language="en-US")).language == "en"


def test_every_language_has_endings_and_a_stemmer() -> None:
    assert set(ENDINGS) == INFLECTED
    for language in INFLECTED:
        assert "" in ENDINGS[language]
        assert Inflector(language).forms("abc") == ()
