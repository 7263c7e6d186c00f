"""Edits of rackwatch.yaml: what was meant happens, everything else stays."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.edit_config import add_sources, remove_source, set_paused
from bot.edits.file import edit_file, write_atomically
from bot.edits.source_list import added, removed
from bot.edits.splice import Edit, in_raw_text, spliced
from bot.errors import Refused
from rules.yaml_source import YamlDocument, parse_yaml, read_yaml

NEW: Mapping[str, object] = {"key": "new", "url": "https://new.example/feed"}

ADDED = [
    pytest.param(
        "sources:\n  - key: a\n    url: https://a.example\n",
        "sources:\n  - key: a\n    url: https://a.example\n  - key: new\n    url: https://new.example/feed\n",
        id="behind the last one",
    ),
    pytest.param(
        "sources:\n- key: a\nchats:\n  x: {id: 1}\n",
        "sources:\n- key: a\n- key: new\n  url: https://new.example/feed\nchats:\n  x: {id: 1}\n",
        id="dashes in column 0",
    ),
    pytest.param(
        "sources:\n    -   key: a\n",
        "sources:\n    -   key: a\n    -   key: new\n        url: https://new.example/feed\n",
        id="wide indentation",
    ),
    pytest.param(
        "sources:\n  -\n    key: a\n",
        "sources:\n  -\n    key: a\n  - key: new\n    url: https://new.example/feed\n",
        id="a dash in a line of its own",
    ),
    pytest.param(
        "sources:\n  - key: a\n    # interval: 5m\n  # - key: unused\n\n# Where alerts go.\nchats: {}\n",
        "sources:\n  - key: a\n    # interval: 5m\n  # - key: unused\n"
        "  - key: new\n    url: https://new.example/feed\n\n# Where alerts go.\nchats: {}\n",
        id="the next section keeps its comment",
    ),
    pytest.param(
        "sources:\n- key: a\n# Where alerts go.\nchats: {}\n",
        "sources:\n- key: a\n- key: new\n  url: https://new.example/feed\n# Where alerts go.\nchats: {}\n",
        id="the next section keeps its comment without a blank line",
    ),
    pytest.param(
        "sources:\n  - key: a\n\n  # b is slow\n  - key: b\n\nfetch: {}\n",
        "sources:\n  - key: a\n\n  # b is slow\n  - key: b\n\n"
        "  - key: new\n    url: https://new.example/feed\n\nfetch: {}\n",
        id="blank lines between entries go on",
    ),
    pytest.param(
        "sources:\n  - key: a\n    title: >-\n      a long\n      title\n\n\nfetch: {}\n",
        "sources:\n  - key: a\n    title: >-\n      a long\n      title\n"
        "  - key: new\n    url: https://new.example/feed\n\n\nfetch: {}\n",
        id="a folded text at the end",
    ),
    pytest.param(
        "sources:\n  - key: a\n    title:   # none\n# fetching\nfetch: {}\n",
        "sources:\n  - key: a\n    title:   # none\n"
        "  - key: new\n    url: https://new.example/feed\n# fetching\nfetch: {}\n",
        id="a key without a value at the end",
    ),
    pytest.param(
        "sources:\n  - key: a\n    tags: [x,\n      y]  # two\n",
        "sources:\n  - key: a\n    tags: [x,\n      y]  # two\n  - key: new\n    url: https://new.example/feed\n",
        id="a list over two lines at the end",
    ),
    pytest.param(
        "sources:\n  - key: a",
        "sources:\n  - key: a\n  - key: new\n    url: https://new.example/feed",
        id="no line end at the end",
    ),
    pytest.param(
        "sources:\r\n  - key: a\r\nfetch: {}\r\n",
        "sources:\r\n  - key: a\r\n  - key: new\r\n    url: https://new.example/feed\r\nfetch: {}\r\n",
        id="line ends of Windows",
    ),
    pytest.param(
        "# by hand\nsources:\r\n  - key: a\r\nfetch: {}\r\n",
        "# by hand\nsources:\r\n  - key: a\r\n  - key: new\r\n    url: https://new.example/feed\r\nfetch: {}\r\n",
        id="mixed line ends stay mixed",
    ),
    pytest.param(
        "\ufeffsources:\n  - key: a\n",
        "\ufeffsources:\n  - key: a\n  - key: new\n    url: https://new.example/feed\n",
        id="a byte order mark",
    ),
    pytest.param(
        "sources:\n  - key: a  # a\ttab\n",
        "sources:\n  - key: a  # a\ttab\n  - key: new\n    url: https://new.example/feed\n",
        id="a tab in a comment",
    ),
    pytest.param(
        "timezone: UTC\n# the end\n",
        "timezone: UTC\n# the end\n\nsources:\n  - key: new\n    url: https://new.example/feed\n",
        id="no section",
    ),
    pytest.param("", "sources:\n  - key: new\n    url: https://new.example/feed\n", id="an empty file"),
    pytest.param(
        "# only a comment",
        "# only a comment\n\nsources:\n  - key: new\n    url: https://new.example/feed",
        id="a file of comments",
    ),
    pytest.param(
        "sources:\nfetch: {}\n",
        "sources:\n  - key: new\n    url: https://new.example/feed\nfetch: {}\n",
        id="an empty section",
    ),
    pytest.param(
        "sources:   # mine\n    # - key: unused\n    #   url: https://unused.example\n\n# fetching\nfetch: {}\n",
        "sources:   # mine\n    # - key: unused\n    #   url: https://unused.example\n"
        "    - key: new\n      url: https://new.example/feed\n\n# fetching\nfetch: {}\n",
        id="a section of comments",
    ),
    pytest.param(
        "sources: []  # none yet\nfetch: {}\n",
        "sources:  # none yet\n  - key: new\n    url: https://new.example/feed\nfetch: {}\n",
        id="an empty flow list",
    ),
    pytest.param("sources: []", "sources:\n  - key: new\n    url: https://new.example/feed", id="nothing else"),
    pytest.param(
        "sources: ~\nfetch: {}\n",
        "sources:\n  - key: new\n    url: https://new.example/feed\nfetch: {}\n",
        id="a written nothing",
    ),
    pytest.param(
        "sources: [\n  # none yet, really\n]\n",
        "sources: [\n  # none yet, really\n  {key: new, url: https://new.example/feed}\n]\n",
        id="an empty flow list with a comment",
    ),
    pytest.param(
        "sources: [{key: a}]  # mine\n",
        "sources: [{key: a}, {key: new, url: https://new.example/feed}]  # mine\n",
        id="a flow list",
    ),
    pytest.param(
        "{sources: [{key: a},], fetch: {}}\n",
        "{sources: [{key: a}, {key: new, url: https://new.example/feed},], fetch: {}}\n",
        id="a flow list that ends in a comma",
    ),
    pytest.param(
        "sources: [\n  {key: a},  # first, of all\n  {key: b}   # second\n]\n",
        "sources: [\n  {key: a},  # first, of all\n  {key: b},   # second\n"
        "  {key: new, url: https://new.example/feed}\n]\n",
        id="a flow list in lines",
    ),
    pytest.param(
        "sources: [\n  {key: a},  # first\n]\n",
        "sources: [\n  {key: a},  # first\n  {key: new, url: https://new.example/feed},\n]\n",
        id="a flow list in lines that end in commas",
    ),
]


@pytest.mark.parametrize(("before", "after"), ADDED)
def test_a_source_is_added_in_the_style_of_the_file(tmp_path: Path, before: str, after: str) -> None:
    file = written(tmp_path, before)
    add_sources(file, [NEW])
    assert file.read_bytes().decode() == after
    assert (tmp_path / "rackwatch.yaml.bak").read_bytes().decode() == before
    remove_source(file, "new")
    assert sources_of(file) == ((parse_yaml(before, "").data or {}).get("sources") or [])
    assert comments(file.read_text()) == comments(before)


REMOVED = [
    pytest.param(
        "sources:\n  - key: a\n  - key: gone\n    # slow\n    url: https://x.example\n    # more\n  - key: c\n",
        "sources:\n  - key: a\n  - key: c\n",
        id="comments inside go with it",
    ),
    pytest.param(
        "sources:\n  # ── press ──\n  - key: gone\n  - key: b\n",
        "sources:\n  # ── press ──\n  - key: b\n",
        id="the section's comment stays",
    ),
    pytest.param(
        "sources:\n  - key: a\n\n  # ── press ──\n  - key: gone\n\n  # ── sport ──\n  - key: b\n",
        "sources:\n  - key: a\n\n  # ── press ──\n\n  # ── sport ──\n  - key: b\n",
        id="also of a section that is empty now",
    ),
    pytest.param(
        "sources:\n  - key: a\n  # - key: unused\n  - key: gone\n  # fast\n  - key: c\n",
        "sources:\n  - key: a\n  # - key: unused\n  # fast\n  - key: c\n",
        id="comments around it stay",
    ),
    pytest.param(
        "sources:\n  - key: a\n\n  - key: gone\n\n  - key: c\n",
        "sources:\n  - key: a\n\n  - key: c\n",
        id="one blank line goes",
    ),
    pytest.param(
        "sources:\n  - key: gone\n    title: x   # y\n\n# chats\nchats: {}\n",
        "sources: []\n\n# chats\nchats: {}\n",
        id="the last one",
    ),
    pytest.param("sources:   # mine\n- key: gone", "sources: []   # mine", id="the last one without a line end"),
    pytest.param("a: 1\r\nsources:\r\n- key: gone\r\n", "a: 1\r\nsources: []\r\n", id="line ends of Windows"),
    pytest.param("sources: [{key: gone}]\n", "sources: []\n", id="the only one in brackets"),
    pytest.param("sources: [{key: gone}, {key: b}]\n", "sources: [{key: b}]\n", id="the first in brackets"),
    pytest.param("sources: [{key: a}, {key: gone}]\n", "sources: [{key: a}]\n", id="the second in brackets"),
    pytest.param(
        "sources: [\n  {key: a},  # one\n  {key: gone,\n   title: x},  # two\n  {key: c}  # three\n]\n",
        "sources: [\n  {key: a},  # one\n  {key: c}  # three\n]\n",
        id="lines in brackets",
    ),
    pytest.param(
        "sources: [\n  {key: gone}  # one\n  # two\n]\n", "sources: [\n  # two\n]\n", id="a comment in brackets stays"
    ),
    pytest.param(
        "sources:\n  - key: a\n  - {key: gone, tags: [x]}  # one line\n  - key: c\n",
        "sources:\n  - key: a\n  - key: c\n",
        id="braces among dashes",
    ),
]


@pytest.mark.parametrize(("before", "after"), REMOVED)
def test_a_source_is_removed_with_what_is_its_own(tmp_path: Path, before: str, after: str) -> None:
    file = written(tmp_path, before)
    assert remove_source(file, "gone")["key"] == "gone"
    assert file.read_bytes().decode() == after


PAUSED = [
    ("sources:\n  - key: a # c\n    url: x\n", "sources:\n  - key: a # c\n    paused: true\n    url: x\n"),
    ("sources:\n- url: x\n  key: a", "sources:\n- url: x\n  key: a\n  paused: true"),
    ("sources: [{key: a}]\n", "sources: [{paused: true, key: a}]\n"),
    ("sources:\n- key: a\n  paused: 'no' # c\n", "sources:\n- key: a\n  paused: true # c\n"),
    ("sources:\n- key: a\n  paused: # c\n\n# d\nb: 1\n", "sources:\n- key: a\n  paused: true # c\n\n# d\nb: 1\n"),
    ("\ufeffb: \x0c\r\nsources:\r\n- key: a\r\n", None),
    ("b: \u2028\nsources:\n- key: 'a'\n", "b: \u2028\nsources:\n- key: 'a'\n  paused: true\n"),
]


@pytest.mark.parametrize(("before", "after"), PAUSED)
def test_paused_is_set_where_it_belongs(tmp_path: Path, before: str, after: str | None) -> None:
    file = written(tmp_path, before)
    if after is None:
        with pytest.raises(Refused, match="correct it first"):
            set_paused(file, ["a"], paused=True)
        return
    assert set_paused(file, ["a"], paused=True) == ("a",)
    assert set_paused(file, ["a"], paused=True) == ()
    assert file.read_bytes().decode() == after


REFUSED = [
    ("sources: {a: {url: x}}\n", "no list of sources"),
    ("sources: later\n", "no list of sources"),
    ("- sources\n", "no list of sources"),
    ("sources:\n  - key: new\n", "named new is in .* already"),
    ("{timezone: UTC}\n", "by hand"),
    ("timezone: UTC\n...\n", "by hand"),
    ("sources:\n  - key: a\n    key: b\n", "3:5: duplicate key 'key'.*correct it first"),
    ("sources:\n\t- key: a\n", "tab"),
    ("sources: &all\n  - key: a\n", "anchor"),
    ("sources:\n  - key: 'a\n", "never closed"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_cannot_be_edited_is_refused_and_nothing_changes(tmp_path: Path, text: str, message: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(Refused, match=message):
        add_sources(file, [NEW])
    assert file.read_text() == text
    assert [one.name for one in tmp_path.iterdir()] == ["rackwatch.yaml"]


def test_an_unknown_source_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    file = written(tmp_path, "sources:\n- key: heise\n")
    with pytest.raises(Refused, match=r"no source named heisse .*did you mean 'heise'"):
        remove_source(file, "heisse")
    with pytest.raises(Refused, match="sources list"):
        set_paused(written(tmp_path, "fetch: {}\n"), ["a"], paused=True)


def test_a_file_that_is_not_utf_8_or_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rackwatch.yaml"
    with pytest.raises(Refused, match=r"cannot read .*No such file"):
        add_sources(file, [NEW])
    file.write_bytes(b"sources:\n- key: a # \xff\n")
    with pytest.raises(Refused, match=r"yaml:2: .*not UTF-8"):
        add_sources(file, [NEW])
    with pytest.raises(Refused, match="cannot open the folder"):
        add_sources(tmp_path / "nowhere" / "rackwatch.yaml", [NEW])


def test_two_new_sources_with_one_key_are_refused_as_a_whole(tmp_path: Path) -> None:
    file = written(tmp_path, "sources: []\n")
    with pytest.raises(Refused, match="named new"):
        add_sources(file, [NEW, NEW])
    with pytest.raises(Refused, match="without a key"):
        add_sources(file, [{"url": "https://x.example"}])
    with pytest.raises(Refused, match="no file can hold"):
        add_sources(file, [{"key": "x", "title": "bad \udcff"}])
    add_sources(file, [])
    assert file.read_text() == "sources: []\n"


VALUES = [
    ("Ars Technica", "Ars Technica"),
    ("https://a.example/f?x=1,2&y=%20#top", "https://a.example/f?x=1,2&y=%20#top"),
    ("36kr", "36kr"),
    ("IT之家", "IT之家"),
    ("15m", "15m"),
    ("yes", "'yes'"),
    ("2024-01-02", "'2024-01-02'"),
    ("12", "'12'"),
    (12, "12"),
    (True, "true"),
    ("1e3", "'1e3'"),
    ("12:30", "'12:30'"),
    ("a: b", "'a: b'"),
    ("a #b", "'a #b'"),
    ("it's", "it's"),
    ("'x'", "'''x'''"),
    ("", "''"),
    ("~", "'~'"),
    (" x ", "' x '"),
    ("*", "'*'"),
    ("a\nb\t\x07", '"a\\nb\\t\\u0007"'),
    ("a\u2028\U000e0001", '"a\\u2028\\U000e0001"'),
    (["a b", "c,d", "yes"], "[a b, 'c,d', 'yes']"),
    ([], "[]"),
    ({}, "{}"),
    ([{"a": "b"}], "[{a: b}]"),
    ({"item": "li.job > a", "title": "text: x"}, "\n      item: li.job > a\n      title: 'text: x'"),
    ({"a": {"b": ["c"]}}, "\n      a:\n        b: [c]"),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_values_are_quoted_only_where_yaml_needs_it(tmp_path: Path, value: object, text: str) -> None:
    file = written(tmp_path, "sources:\n")
    add_sources(file, [{"title": value, "url": None, "key": "a"}])
    assert file.read_text() == f"sources:\n  - key: a\n    title:{text if text[0] == chr(10) else f' {text}'}\n"


def test_a_link_stays_a_link_and_the_mode_stays(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text("sources: []\n")
    real.chmod(0o640)
    link = tmp_path / "rackwatch.yaml"
    link.symlink_to(real)
    add_sources(link, [NEW])
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["rackwatch.yaml", "real.yaml", "real.yaml.bak"]


def test_edits_at_once_are_all_in_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, "sources: []\n")

    def add(name: str) -> None:
        for number in range(3):
            add_sources(file, [{"key": f"{name}{number}"}])

    threads = [threading.Thread(target=add, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {source["key"] for source in sources_of(file)} == {f"{name}{n}" for name in "abcd" for n in range(3)}


def test_a_person_who_saves_the_file_meanwhile_loses_nothing(tmp_path: Path) -> None:
    file = written(tmp_path, "sources: []\n")
    seen: list[str] = []

    def change(document: YamlDocument) -> Edit:
        seen.append(document.text)
        if len(seen) == 1:
            file.write_text("sources:\n  - key: by-hand   # mine\n")
        return added(document, [NEW])

    assert edit_file(file, change)
    assert len(seen) == 2
    assert file.read_text().startswith("sources:\n  - key: by-hand   # mine\n  - key: new\n")


def test_a_folder_that_cannot_be_written_leaves_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, "sources: []\n")
    (tmp_path / ".rackwatch.yaml.new").mkdir()  # stands in the way of the new file, also for root
    with pytest.raises(Refused, match=r"cannot write .*unchanged"):
        write_atomically(file, b"x", instead_of=file.read_bytes())
    assert file.read_text() == "sources: []\n"


def test_a_kill_at_any_moment_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    file = written(tmp_path, "sources: []\n")
    states = {"sources: []\n", "sources:\n  - key: new\n    url: https://new.example/feed\n"}
    for _ in range(5):
        child = os.fork()
        if child == 0:
            while True:
                add_sources(file, [NEW])
                remove_source(file, "new")
        time.sleep(random.uniform(0.005, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert file.read_text() in states
        if sources_of(file):
            remove_source(file, "new")
    assert {one.name for one in tmp_path.iterdir()} <= {"rackwatch.yaml", "rackwatch.yaml.bak"} | {
        f".rackwatch.yaml.{ending}" for ending in ("new", "old")
    }


ENTRY_LINES = st.sampled_from(
    [
        "title: x",
        "title: 'a # b'  # c",
        "tags: [x,\n        y]",
        "# inside",
        "title: |\n      long\n\n      text",
        "title:",
    ]
)
BETWEEN = st.sampled_from(["", "\n", "  # a heading\n", "\n  # a heading\n", "\n# far left\n"])


@st.composite
def configs(draw: st.DrawFn) -> str:
    parts = [draw(st.sampled_from(["", "# top\n", "timezone: UTC  # here\n"])), "sources:", "  # mine\n"]
    for number in range(draw(st.integers(0, 3))):
        lines = draw(st.lists(ENTRY_LINES, max_size=2, unique_by=lambda line: line.split(":")[0]))
        parts += [draw(BETWEEN), f"  - key: k{number}\n", *(f"    {line}\n" for line in lines)]
    parts[1] += draw(st.sampled_from(["\n", "   # list\n"]))
    parts += [draw(BETWEEN), draw(st.sampled_from(["", "# next\nfetch: {}\n", "fetch:\n  host_gap: 1s"]))]
    text = "".join(parts)
    return draw(st.sampled_from(["", "\ufeff"])) + text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@given(configs())
@settings(max_examples=60, deadline=None)
def test_what_is_added_and_removed_again_leaves_no_trace(text: str) -> None:
    mark, raw = text[: text.startswith("\ufeff")], text.removeprefix("\ufeff")
    before = parse_yaml(raw, "f")
    edit = added(before, [NEW])
    more = spliced(raw, in_raw_text(raw, edit.splices))
    middle = parse_yaml(mark + more, "f")
    assert middle.data == edit.data
    assert comments(more) == comments(raw)
    less = spliced(more, in_raw_text(more, removed(middle, "new").splices))
    if before.data["sources"]:
        assert less == raw
    else:
        assert less == raw.replace("sources:", "sources: []")


def written(folder: Path, text: str) -> Path:
    file = folder / "rackwatch.yaml"
    file.write_bytes(text.encode())
    return file


def sources_of(file: Path) -> list[Any]:
    return read_yaml(file).data["sources"] or []


def comments(text: str) -> list[str]:
    return [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]
