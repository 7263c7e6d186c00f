"""Who speaks: owners, platforms, agency marks, and the file that a person edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigInvalid
from bot.publishers_file import load_owners
from bot.voices.publishers import speaker

OWNERS = load_owners(None)


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("edition.cnn.com", "warner-bros-discovery"),
        ("www.spiegel.de", "spiegel"),
        ("electrek.co", "9to5"),
        ("blog.x.com", "x-corp"),
        ("x.com", None),
        ("someone.substack.com", None),
        ("notspiegel.de", None),
        ("weibo.com", None),
    ],
)
def test_a_host_belongs_to_the_owner_of_its_longest_known_ending(host: str, key: str | None) -> None:
    owner = OWNERS.of_host(host)
    assert (owner.key if owner else None) == key


@pytest.mark.parametrize(
    ("text", "author", "key"),
    [
        ("BERLIN (dpa) - Die Halle steht leer.", "", "dpa"),
        ("SACRAMENTO (Reuters) - The hall was taken over.", "", "thomson-reuters"),
        ("SEOUL, Aug. 15 (Yonhap) -- A hall opened.", "", "yonhap"),
        ("NEW YORK (AP) — A hall opened.", "", "associated-press"),
        ("新华社北京8月15日电 数据中心开放。", "", "xinhua"),
        ("МОСКВА, 15 августа. /ТАСС/. Открыт центр.", "", "tass"),
        ("Die Halle steht leer.\nQuelle: dpa", "", "dpa"),
        ("Die Halle steht leer. (mik/dpa)", "", "dpa"),
        ("Die Halle steht leer.", "dpa-infocom", "dpa"),
        ("A hall opened.", "By Jane Doe, Associated Press", "associated-press"),
        ("The firm told Reuters that the hall is empty.", "", "example.org"),
        ("Das sagte ein Sprecher der dpa am Montag. Mehr war nicht zu erfahren.", "", "example.org"),
        ("据新华社电，数据中心开放。", "", "example.org"),
        ("A hall opened. (Jane Doe/Illustration/Reuters)", "", "example.org"),
        ("A hall opened. (Reuters/Jane Doe)", "", "example.org"),
        ("“Will [adaption X] be filmed", "", "example.org"),
        ("Reuters reported that a hall opened.", "", "example.org"),
    ],
)
def test_a_dispatch_counts_for_its_agency_and_a_mention_does_not(text: str, author: str, key: str) -> None:
    spoken = speaker(
        publisher="The Paper", host="news.example.org", title="A hall", text=text, author=author, owners=OWNERS
    )
    assert spoken.key == key, spoken


def test_an_aggregator_is_no_voice_of_its_own_but_may_name_one() -> None:
    nobody = speaker(publisher="MSN", host="www.msn.com", title="A hall", text="", owners=OWNERS)
    assert nobody.aggregator
    named = speaker(publisher="MSN", host="news.google.com", title="A hall - The Verge", text="", owners=OWNERS)
    assert (named.key, named.aggregator) == ("vox-media", False)


def test_an_author_on_a_platform_is_a_voice_of_their_own() -> None:
    one = speaker(publisher="Foo", host="foo.substack.com", title="", text="", owners=OWNERS)
    other = speaker(publisher="Bar", host="bar.substack.com", title="", text="", owners=OWNERS)
    assert one.key != other.key


def test_the_users_table_wins_and_moves_hosts(tmp_path: Path) -> None:
    file = tmp_path / "publishers.yaml"
    file.write_text("owners:\n  ars:\n    outlets:\n      arstechnica.com: [Ars Technica]\n", encoding="utf-8")
    owners = load_owners(file)
    assert [owners.of_host(host).key for host in ("arstechnica.com", "wired.com")] == ["ars", "conde-nast"]  # type: ignore[union-attr]
    assert owners.of_name("Ars Technica") is owners.get("ars")


def test_every_mistake_is_told_at_its_place(tmp_path: Path) -> None:
    file = tmp_path / "publishers.yaml"
    file.write_text(
        "owners:\n"
        "  one:\n    nmae: One\n    outlets:\n      one.example: [One]\n"
        "  two:\n    outlets:\n      one.example: [Two]\n      https://two.example: []\n"
        "  one:\n    outlets: {three.example: []}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigInvalid) as caught:
        load_owners(file)
    told = [str(problem).removeprefix(f"{file}:") for problem in caught.value.problems]
    assert [line.split(": ", 1)[0] for line in told] == ["3:5", "8:7", "9:7", "10:3"], told
    assert "did you mean 'name'" in told[0]
    assert "line 5" in told[1]
