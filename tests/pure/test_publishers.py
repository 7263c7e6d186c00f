"""Who speaks: owners, platforms, agency marks, and the file that a person edits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from bot.errors import ConfigInvalid
from bot.publishers_file import SHIPPED, load_owners, schema
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


TEMPLATE = SHIPPED.parent.parent / "template" / "publishers.yaml"


def complaints(text: str) -> list[str]:
    """What an editor underlines: the places."""
    validator = Draft202012Validator(json.loads(schema()))
    return [error.json_path for error in validator.iter_errors(YAML(typ="safe", pure=True).load(text))]


def test_the_commented_lines_of_the_template_load_when_they_are_wanted(tmp_path: Path) -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    head, example = text.split("\n\n")
    file = tmp_path / "publishers.yaml"
    file.write_text(text, encoding="utf-8")
    assert load_owners(file).of_host("townradio.example") is None
    file.write_text(f"{head}\n\n" + example.replace("# ", "", 1).replace("\n# ", "\n"), encoding="utf-8")
    owner = load_owners(file).of_host("townradio.example")
    assert owner is not None
    assert owner.name == "Town Media"
    assert complaints(file.read_text(encoding="utf-8")) == []


def test_the_schema_takes_the_shipped_table() -> None:
    Draft202012Validator.check_schema(json.loads(schema()))
    assert complaints(SHIPPED.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("owner: {}\n", "$"),
        ("owners: {a: {outlets: {}}}\n", "$.owners.a.outlets"),
        ("owners: {a: {nmae: A, outlets: {a.example: []}}}\n", "$.owners.a"),
        ("owners: {a: {name: A}}\n", "$.owners.a"),
        ("owners: {a: {kind: paper, outlets: {a.example: []}}}\n", "$.owners.a.kind"),
        ("owners: {A b: {outlets: {a.example: []}}}\n", "$.owners"),
        ("owners: {a: {outlets: {'https://a.example': []}}}\n", "$.owners.a.outlets"),
        ("owners: {a: {outlets: {www.a.example: []}}}\n", "$.owners.a.outlets"),
        ("owners: {a: {outlets: {a.example: A}}}\n", "$.owners.a.outlets['a.example']"),
        ("platforms: {a.example: host}\n", "$.platforms['a.example']"),
        ("platforms: {A.example: path}\n", "$.platforms"),
    ],
)
def test_what_the_schema_refuses_the_loader_refuses(tmp_path: Path, text: str, place: str) -> None:
    assert place in complaints(text)
    file = tmp_path / "publishers.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigInvalid):
        load_owners(file)
