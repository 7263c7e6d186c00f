"""`rackwatch explain publisher`: who speaks at an address, by the table in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import Folder


@pytest.mark.parametrize(
    ("asked", "key", "kind", "why"),
    [
        ("https://edition.cnn.com/2023/a?b=c", "warner-bros-discovery", None, "owner of edition.cnn.com"),
        ("www.wired.com", "conde-nast", None, "owner of wired.com"),
        ("Ars Technica", "conde-nast", None, "the name Ars Technica"),
        ("reuters.com", "thomson-reuters", "agency", "owner of reuters.com"),
        ("news.google.com", "google-news", "aggregator", "Google News shows what others wrote"),
        ("one.substack.com", "one.substack.com", None, "a platform: each author"),
        ("news.town-paper.co.uk", "town-paper.co.uk", None, "no owner of the table has"),
    ],
)
def test_an_address_a_host_or_a_name(tmp_path: Path, asked: str, key: str, kind: str | None, why: str) -> None:
    folder = Folder(path=tmp_path)
    folder.configure()
    said = folder.json("explain", "publisher", asked)
    assert (said["key"], said["kind"], said["yours"]) == (key, kind, False)
    assert why in said["why"]


def test_the_folders_own_table_is_asked(folder: Folder) -> None:
    folder.configure()
    folder.write("publishers.yaml", "owners:\n  ars:\n    outlets:\n      arstechnica.com: [Ars Technica]\n")
    shown = folder.run("explain", "publisher", "arstechnica.com").stdout.splitlines()
    assert shown == [
        "Ars Technica (ars)",
        "why: owner of arstechnica.com",
        "table: your publishers.yaml",
        "hosts: arstechnica.com",
        "names: Ars Technica",
    ]
    assert "arstechnica.com" not in folder.json("explain", "publisher", "wired.com")["hosts"]


def test_a_name_that_nobody_has_is_refused(folder: Folder) -> None:
    folder.configure()
    assert "write a host" in folder.run("explain", "publisher", "The Moon Herald", check=1).stderr
