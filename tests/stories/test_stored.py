"""A signature's way through the archive."""

from __future__ import annotations

import json
import zlib

import pytest

from bot.stories.grouper import Grouper
from bot.stories.statement import Statement
from bot.stories.stored import VERSION, pack, statement, unpack
from bot.stories.times import Period
from bot.voices.citations import Citation, How
from tests.stories.articles import NOON, signed, stream

FULL = signed(
    "Nordkap's data center in Gullholm floods: 4512 servers lost",
    "A pipe has burst. " + " ".join(f"word{number}" for number in range(60)),
    url="paper.example/1",
    links=("other.example/2",),
)


@pytest.mark.parametrize("period", [Period.at(NOON), None])
def test_what_is_compared_survives(period: Period | None) -> None:
    article = signed(
        "Nordkap's data center floods",
        " ".join(f"word{n}" for n in range(60)),
        url="a/1",
        links=("b/2",),
        period=period,
    )
    weighted = Grouper().add(1, 1, article)
    found = unpack(pack(article, weighted))
    assert found is not None
    kept, kept_weights = found
    for field in ("language", "period", "source", "voice", "publisher", "url", "links", "heading", "sketch"):
        assert getattr(kept, field) == getattr(article, field), field
    assert kept.topics == article.topics == {"nordkap"}
    assert kept.watches == article.watches == {"nordkap"}
    assert kept.features.common == article.features.common
    assert kept.features.said == article.features.said & article.features.weights.keys()
    assert kept.features.weights == pytest.approx(dict(article.features.weights), abs=0.001)
    assert kept_weights == pytest.approx(weighted, abs=0.001)


def test_a_grouper_that_was_restored_places_as_the_one_before() -> None:
    articles = stream(120)
    before, restored = Grouper(), Grouper()
    for ref, article in enumerate(articles[:100], start=1):
        found = before.place(article).story
        story = ref if found is None else found
        data = unpack(pack(article, before.add(ref, story, article)))
        assert data is not None
        restored.restore(ref, story, *data)
    placed = [(one.story, one.reason.why) for one in map(restored.place, articles[100:])]
    assert placed == [(one.story, one.reason.why) for one in map(before.place, articles[100:])]
    assert len({story for story, _ in placed}) > 3


def test_it_is_small() -> None:
    assert len(pack(FULL, Grouper().add(1, 1, FULL))) < 2_000


DATA = pack(FULL, Grouper().add(1, 1, FULL))


def changed(**values: object) -> bytes:
    return zlib.compress(json.dumps(json.loads(zlib.decompress(DATA)) | values).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip",
        DATA[: len(DATA) // 2],
        DATA[:-1],
        zlib.compress(b"no json"),
        zlib.compress(b"[]"),
        zlib.compress(b"\xff"),
        changed(v=VERSION + 1),
        changed(v=None),
        changed(f=[1]),
        changed(f={"w:a": 1}),
        changed(f={"w:a": []}),
        changed(p=["yesterday", "today"]),
        changed(p=[None]),
        changed(k=None),
    ],
)
def test_what_is_damaged_or_of_another_version_is_none(data: bytes) -> None:
    assert unpack(data) is None


def test_the_bytes_that_were_damaged_were_whole() -> None:
    assert unpack(DATA) is not None


def cited(how: How, **values: object) -> Citation:
    told = {"owner": "electrek", "name": "Electrek", "origin": False, "surface": "laut Electrek", "field": "text"}
    return Citation(**told | {"how": how, "start": 3, "end": 16, "url": ""} | values)  # type: ignore[arg-type]


def test_what_an_article_says_of_others_survives() -> None:
    said = (cited(How.PHRASE, origin=True), cited(How.LINK, url="https://electrek.co/2023/08/a-b-c/"))
    data = pack(FULL, dict.fromkeys(FULL.features.weights, 1.0), citations=said, denies=True)
    assert statement(data) == Statement(voice=FULL.voice, citations=said, denies=True)
    assert statement(DATA) == Statement(voice=FULL.voice)


@pytest.mark.parametrize("data", [b"", DATA[:-1], changed(c=None), changed(c=[["electrek"]]), changed(w=None, c=[[]])])
def test_what_was_not_kept_or_is_damaged_is_none(data: bytes) -> None:
    assert statement(data) is None
