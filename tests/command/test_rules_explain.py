"""`rules explain`: a text, an entry of the archive, a page; what each part found, and the least that is missing."""

from __future__ import annotations

import json

from bot.demo.feed_server import FeedServer, Reply
from tests.shell import Shell
from tests.world import RULES, Folder, rss

PAGE = """<html lang="en"><head><title>Tesla opens a data center</title></head><body><nav>Menu</nav>
<article><p>It stands in Sacramento.</p><p>Officials confirm it.</p></article></body></html>"""


def test_a_text_outside_of_any_folder_is_judged_by_the_shipped_watches(shell: Shell) -> None:
    shown = shell("rules", "explain", "Tesla opens a data center in Nevada", "--rule", "tesla-data-centers").out
    lines = shown.splitlines()
    assert lines[0] == "Tesla opens a data center in Nevada"
    assert lines[1] == "language: en"
    assert "✔ tesla-data-centers/data-center  high" in lines
    assert any(line.startswith("because: Tesla near data center") for line in lines)
    assert any("✔ tesla  Tesla (title, character 1)" in line for line in lines)
    assert any(line.startswith("not, because: ") for line in lines)


def test_the_first_line_of_standard_input_is_the_title(shell: Shell) -> None:
    shell.write("w.yaml", RULES.replace("firm near place", "title:firm and text:place"))
    done = shell("rules", "explain", "-", "--rules", "w.yaml", "--json", stdin=b"Tesla builds\n\nA data center.")
    (rule,) = json.loads(done.out)["rules"]
    assert (rule["matched"], rule["reason"]) == (True, "Tesla, in the title and data center, in the text")
    assert [part["label"] for part in rule["tree"]["parts"]] == ["title:", "text:"]


def test_what_cannot_be_explained_is_said_in_one_line(shell: Shell) -> None:
    assert (
        "did you mean 'tesla-data-centers/data-center'"
        in shell("rules", "explain", "x", "--rule", "tesla-data-centers/data-centre", code=1).err
    )
    assert "there is no text to explain" in shell("rules", "explain", " ", code=1).err
    assert "no rackwatch.yaml" in shell("rules", "explain", "17", code=1).err
    assert "not in the archive and cannot be fetched" in shell("rules", "explain", "http://127.0.0.1:9/x", code=1).err
    assert "rackwatch: " in shell("rules", "explain", "http://[::1", code=1).err


def test_an_entry_and_an_address_are_taken_from_the_archive_and_other_pages_are_fetched(
    folder: Folder, feeds: FeedServer, shell: Shell
) -> None:
    item = {"guid": "1", "title": "Tesla opens a shop", "text": "In Berlin.", "link": "https://news.example/shop?a=1"}
    feeds.publish("/a.xml", Reply(body=rss(item).encode()))
    feeds.publish("/page.html", Reply(body=PAGE.encode(), headers={"Content-Type": "text/html"}))
    folder.configure(sources=[{"key": "a", "url": feeds.url("/a.xml")}], fetch={"allow_hosts": ["127.0.0.1"]})
    folder.run("poll")
    home = ("--dir", str(folder.path))
    by_number = shell(*home, "rules", "explain", "1").out
    assert by_number.startswith("Tesla opens a shop\na  https://news.example/shop?a=1  language: en\n")
    assert "not, because: place was not found" in by_number
    address = "https://news.example/shop?a=1&utm_source=x"
    assert shell(*home, "rules", "explain", address).out.startswith("Tesla opens a shop\n")
    fetched = shell(*home, "rules", "explain", feeds.url("/page.html")).out
    assert fetched.startswith("Tesla opens a data center\n")
    assert "1 of 1 rules match" in fetched
    assert "the archive has no entry 99" in shell(*home, "rules", "explain", "99", code=1).err
