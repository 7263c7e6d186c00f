"""Whom an article cites, and who was first: tables in our own words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.publishers_file import load_owners
from bot.voices.citations import Citation, How, citations
from bot.voices.first_report import Account, FirstHow, first
from tests.effort import processor_seconds
from tests.world import SHARED

OWNERS = load_owners(None)
NOON = datetime(2023, 8, 14, 12, tzinfo=UTC)
SEED = SHARED / "seed_article_de.txt"


def cited(text: str, language: str | None, *, title: str = "", links: tuple[str, ...] = ()) -> list[tuple[str, bool]]:
    found = citations(title=title, text=text, links=links, language=language, self_key="x.example", owners=OWNERS)
    return [(one.owner, one.origin) for one in found]


@pytest.mark.parametrize(
    ("language", "text", "owner", "origin"),
    [
        ("en", "According to Electrek, the hall is taken.", "9to5", False),
        ("en", "The move was first reported by the Wall Street Journal.", "news-corp", True),
        ("en", "Electrek first reported the move.", "9to5", True),
        ("en", "According to a report by The Foo Times, the hall is taken.", "foo times", False),
        ("de", "Das berichtet der Blog Electrek, der zuerst auf die Anzeige hinwies.", "9to5", True),
        ("de", "Laut einem Bericht des „Handelsblatts“ steht die Halle leer.", "dieter-von-holtzbrinck", False),
        ("de", "Wie der Spiegel berichtet, steht die Halle leer.", "spiegel", False),
        ("de", "Laut dem Blog Hallenfunk steht alles leer.", "hallenfunk", False),
        ("fr", "Selon l'agence Reuters, le centre est vide.", "thomson-reuters", False),
        ("es", "Según el diario El País, el centro está vacío.", "prisa", False),
        ("it", "Secondo quanto riportato da Bloomberg il centro è vuoto.", "bloomberg", False),
        ("nl", "Volgens de Volkskrant staat de hal leeg.", "dpg-media", False),
        ("pl", "Jak podaje agencja Reuters, hala jest pusta.", "thomson-reuters", False),
        ("pt", "Segundo o jornal Folha de S.Paulo, o centro está vazio.", "folha", False),
        ("ru", "Как сообщает агентство Рейтер, зал пуст.", "thomson-reuters", False),
        ("zh", "据路透社报道，数据中心已空。", "thomson-reuters", False),
        ("zh", "彭博社率先报道了此事。", "bloomberg", True),
        ("ja", "ロイターによると、施設は空だ。", "thomson-reuters", False),
    ],
)
def test_a_phrase_names_the_outlet(language: str, text: str, owner: str, origin: bool) -> None:
    assert cited(text, language) == [(owner, origin)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "According to Elon Musk, the hall is taken."),
        ("en", "According to the company, the hall is taken."),
        ("en", "According to the website Downdetector, it was down."),
        ("en", "A hall opened. (Jane Doe/Pool via Reuters)"),
        ("en", "According to Time Warner, nothing moved."),
        ("de", "Laut Elon Musk steht die Halle leer. Laut Polizei auch."),
        ("de", "Laut einem Bericht hat Tesla die Halle."),
        ("fr", "Selon le ministre, le centre est vide."),
        ("es", "Según la policía, el centro está vacío."),
        ("zh", "据警方消息，数据中心已空。"),
    ],
)
def test_persons_and_companies_are_no_outlets(language: str, text: str) -> None:
    assert cited(text, language) == []


def test_links_count_to_articles_of_known_outlets_only() -> None:
    links = (
        "https://electrek.co/2023/08/14/a-hall-is-taken/",
        "https://www.theverge.com/",
        "https://x.com/someone/status/1234567",
        "https://www.tesla.com/careers/search/job/some-manager-1234",
    )
    assert cited("", "en", links=links) == [("9to5", False)]


def test_nobody_cites_themselves() -> None:
    text = "As Electrek reported, the hall is taken."
    assert citations(title="", text=text, links=(), language="en", self_key="9to5", owners=OWNERS) == ()


@pytest.mark.parametrize(
    "text",
    ["laut " * 13_000, "according to the " * 4_000, "据" * 64_000, "AP first reported " * 3_600, "reported " * 7_000],
)
def test_a_hostile_text_takes_no_time(text: str) -> None:
    assert processor_seconds(lambda: cited(text, None), enough=0.5) < 0.5  # 0.05 s measured at most


def citation(owner: str, *, origin: bool = False) -> Citation:
    return Citation(
        owner=owner, name=owner, how=How.PHRASE, origin=origin, surface=owner, field="text", start=0, end=1, url=""
    )


def account(voice: str, hours: float, *cites: Citation) -> Account:
    return Account(entry=int(hours * 10), voice=voice, name=voice, at=NOON + timedelta(hours=hours), citations=cites)


A, B, C = "a.example", "b.example", "c.example"


@pytest.mark.parametrize(
    ("why", "accounts", "owner", "how"),
    [
        ("nobody cites", [account(A, 0), account(B, 2)], A, FirstHow.EARLIEST),
        ("earliest and cited", [account(A, 0), account(B, 2, citation(A))], A, FirstHow.BOTH),
        ("its own report never came", [account(A, 0, citation(C, origin=True))], C, FirstHow.CITED),
        ("a chain", [account(A, 0, citation(B)), account(B, 0.5, citation(C))], C, FirstHow.CITED),
        ("a circle", [account(A, 0, citation(B)), account(B, 0.5, citation(A))], A, FirstHow.BOTH),
        (
            "late, one voice",
            [account(A, 0), account(B, 1, citation(C, origin=True)), account(C, 5)],
            A,
            FirstHow.EARLIEST,
        ),
        (
            "late, two voices",
            [account(A, 0, citation(C)), account(B, 1, citation(C, origin=True)), account(C, 5)],
            C,
            FirstHow.CITED,
        ),
        ("aggregators never", [account("msn", 0), account(A, 1)], A, FirstHow.EARLIEST),
    ],
)
def test_who_was_first(why: str, accounts: list[Account], owner: str, how: FirstHow) -> None:
    found = first(accounts, OWNERS)
    assert found is not None, why
    assert (found.owner, found.how) == (owner, how), why


def test_the_lead_is_the_time_to_the_earliest_other_voice() -> None:
    found = first([account(A, 0), account(A, 1), account(B, 2)], OWNERS)
    assert found is not None
    assert found.lead == timedelta(hours=2)


@pytest.mark.skipif(not SEED.exists(), reason="the article that the program was made for is not here")
def test_the_german_article_leads_to_electrek() -> None:
    text = SEED.read_text(encoding="utf-8")
    found = citations(title="", text=text, links=(), language="de", self_key="teslamag", owners=OWNERS)
    one = Account(entry=1, voice="teslamag", name="teslamag", at=NOON, citations=found)
    origin = first([one], OWNERS)
    assert origin is not None
    assert (origin.name, origin.how, origin.entry) == ("Electrek", FirstHow.CITED, None)
