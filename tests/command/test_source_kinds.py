"""Sources in rackwatch.yaml: every example of the guide holds, every mistake is located and says what to write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.documents.api import expression_problem
from bot.documents.selectors import selector_problem
from bot.errors import ConfigInvalid
from bot.settings import Configuration, Settings, build_settings
from bot.sources.definition import ORIGINS
from bot.sources.origins import origin_of
from bot.workfolder import TEMPLATE
from rules.yaml_source import parse_yaml
from tests.servers.process import CHECKOUT

DOCS = CHECKOUT / "docs"
GUIDE = (DOCS / "sources.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```\n```text\n(.*?)^```", GUIDE, flags=re.DOTALL | re.MULTILINE)
FEED = "sources: [{key: a, url: 'https://a.example/'}]\n"


def settings(text: str) -> Settings:
    return build_settings(Path(), parse_yaml(text, "rackwatch.yaml"), {})


def complaints(text: str) -> list[str]:
    with pytest.raises(ConfigInvalid) as invalid:
        settings(text)
    return [str(problem).removeprefix("rackwatch.yaml:") for problem in invalid.value.problems]


def addresses(found: Settings) -> dict[str, str]:
    config = found.config
    return {source.key: origin_of(source, config.services).url for source in config.sources}


@pytest.mark.parametrize(("text", "shown"), EXAMPLES, ids=[text.split("key: ")[1].split()[0] for text, _ in EXAMPLES])
def test_examples_of_the_guide_load_and_ask_the_address_shown(text: str, shown: str) -> None:
    assert addresses(settings(text)) == dict(line.split(maxsplit=1) for line in shown.strip().splitlines())


def test_the_guide_has_an_example_of_each_origin_and_none_is_overlooked() -> None:
    assert len(EXAMPLES) == GUIDE.count("```yaml")
    shown = {source.origin_name for text, _ in EXAMPLES for source in settings(text).config.sources}
    assert shown == set(ORIGINS)


def test_the_selectors_and_expressions_that_the_guide_names_can_be_used() -> None:
    (selectors,) = re.findall(r"^Selectors are CSS: (.*?)\. `@attribute`", GUIDE, flags=re.DOTALL | re.MULTILINE)
    table = GUIDE.split("| written | gives |")[1].split("\n\n")[0]
    expressions = re.findall(r"^\| `\"?(.+?)\"?` \|", table, flags=re.MULTILINE)
    assert len(expressions) == table.count("\n") - 1
    assert [selector_problem(text) for text in re.findall(r"`([^`]+)`", selectors)] == [None] * 4
    assert [expression_problem(text.replace("\\|", "|")) for text in expressions] == [None] * 7


def test_the_example_of_sources_among_the_settings_loads() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(sources:.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    assert addresses(settings(block))


def test_the_template_asks_what_it_asked_before_there_were_templates() -> None:
    found = addresses(settings((TEMPLATE / "rackwatch.yaml").read_text(encoding="utf-8")))
    google = "https://news.google.com/rss/search?q="
    assert found["google-news-en"] == (
        f"{google}(Tesla+OR+Twitter)+%22data+center%22+when:7d&hl=en-US&gl=US&ceid=US:en"
    )
    assert found["google-news-de"] == f"{google}(Tesla+OR+Twitter)+Rechenzentrum+when:7d&hl=de&gl=DE&ceid=DE:de"
    assert found["google-news-zh"] == (
        f"{google}(%E7%89%B9%E6%96%AF%E6%8B%89+OR+%E6%8E%A8%E7%89%B9)+%E6%95%B0%E6%8D%AE%E4%B8%AD%E5%BF%83+when:7d"
        "&hl=zh-CN&gl=CN&ceid=CN:zh-Hans"
    )
    assert found["sec-tesla"] == (
        "https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=0001318605&type=&dateb=&owner=include&count=40"
        "&output=atom"
    )


def test_the_commented_examples_of_the_template_load_when_they_are_wanted() -> None:
    text = (TEMPLATE / "rackwatch.yaml").read_text(encoding="utf-8")
    head, kinds = text.split("  # ── other kinds of source", 1)
    wanted = re.sub(r"^  # ( *)(- key|[a-z_]+:)", r"  \1\2", kinds, flags=re.MULTILINE)
    found = addresses(settings(head + "  # ── other kinds" + wanted))
    assert found["tesla-jobs"] == "https://jobs.example/list"
    assert found["x-jobs"] == "https://boards-api.example/v1/boards/x/jobs?content=true"
    assert found["x-engineering"] == "https://rsshub.example/twitter/user/XEng"
    assert found["x-status"] == "https://status.example.com/history.atom"


# What stands behind `sources:` (one source, in a line that begins at column 5), and what is said about it.
MISTAKES = [
    ("key: a", ["2:5: source 'a' has no origin: write url:, page:, json:, sitemap:, google_news:"]),
    ("title: x", ["2:5: the key 'key' is missing", "2:5: this source has no origin: write url:"]),
    ("key: a, page: ", ["2:5: source 'a' has no origin"]),
    ("key: a, url: 'https://a.example/', reddit: news", ["2:5: source 'a' has two origins: url and reddit; write it"]),
    (
        "key: a, url: 'https://a.example/', reddit: news, sitemap: 'https://a.example/s'",
        ["2:5: source 'a' has three origins: url, sitemap and reddit; write it as three sources"],
    ),
    ("key: a, pag: {item: li}", ["2:14: unknown key 'pag' (did you mean 'page'?)"]),
    ("key: a, page: {url: 'https://a.example/'}", ["2:14: the key 'item' is missing"]),
    ("key: a, page: 'https://a.example/'", ["2:20: a text alone is not enough here; write {url: …, item: …}"]),
    ("key: a, page: [x]", ["2:20: expected a mapping (key: value), found a list"]),
    (
        "key: a, page: {url: a.example, item: 'li[', link: 'a:foo(', titel: h3}",
        [
            "2:26: 'a.example' is not a web address",
            "2:43: the selector 'li[' cannot be used: ",
            "2:56: the selector 'a:foo(' cannot be used: ",
            "2:66: unknown key 'titel' (did you mean 'title'?)",
        ],
    ),
    ("key: a, page: {url: 'https://a.example/', item: a@href}", ["2:54: the selector 'a@href' cannot be used"]),
    ("key: a, page: {url: 'https://a.example/', item: ''}", ["2:54: must not be empty"]),
    (
        "key: a, json: {url: 'https://a.example/', items: 'jobs[', title: 'a |'}",
        ["2:55: the expression 'jobs[' cannot be used: ", "2:71: the expression 'a |' cannot be used: "],
    ),
    (
        "key: a, json: {url: 'https://a.example/', items: a, title: b, link: 'https://a.example/{a b}'}",
        ["2:74: "],
    ),
    ("key: a, json: {url: 'https://a.example/', itmes: a, title: b}", ["2:14: the key 'items' is missing", "'items'?"]),
    ("key: a, sitemap: {url: ftp://a.example/}", ["2:29: 'ftp://a.example/' is not a web address; it begins with"]),
    ("key: a, google_news: {language: de}", ["2:14: the key 'query' is missing"]),
    ("key: a, google_news: {query: x, language: german}", ["2:48: 'german' is not a language code; write two letters"]),
    ("key: a, google_news: {query: x, region: germany}", ["2:46: 'germany' is not a region; write a country's two"]),
    ("key: a, google_news: {query: '  '}", ["2:35: must not be empty"]),
    (f"key: a, hacker_news: {'x' * 1501}", ["2:27: the search is longer than a web address can carry"]),
    ("key: a, reddit: {}", ["2:22: reddit needs subreddit: or query:, or both"]),
    ("key: a, reddit: r/teslamotors", ["'r/teslamotors' is not a subreddit's name; write it without r/"]),
    ("key: a, sec_filings: {cik: TSLA}", ["2:33: 'TSLA' is not a CIK, the number of a company at the SEC"]),
    ("key: a, rsshub: /twitter/user/x", ["2:22: source 'a' names no RSSHub: write instance: here, or services.rsshub"]),
    ("key: a, rsshub: {route: /x}", ["2:22: source 'a' names no RSSHub"]),
    (
        "key: a, rsshub: {route: 'https://rsshub.example/x', instance: 'https://rsshub.example'}",
        ["2:30: 'https://rsshub.example/x' is not a route; write what stands behind the instance's address"],
    ),
    ("key: a, rsshub: {route: /x, instance: 'https://me:pw@rsshub.example'}", ["must not carry a user name"]),
    ("key: a, rsshub: {route: /x, instance: 'https://rsshub.example/?a'}", ["write it without '?' and '#'"]),
    ("key: a, youtube: '@tesla'", ["'@tesla' is not a channel's id (UC and 22 more characters); open the channel"]),
    (
        "key: a, youtube: {channel: 'https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv'}",
        ["is an address; write the channel's id alone: UCabcdefghijklmnopqrstuv"],
    ),
    ("key: a, statuspage: status.example.com/history.atom", ["is more than a host; write e.g. status.example.com"]),
    ("key: a, statuspage: 'https://status example'", ["a web address has no spaces"]),
    ("key: a, url: 'https://a.example/', full_text: sometimes", ["expected one of 'candidates', 'always', 'never'"]),
    ("key: a, url: 'https://[a'", ["2:19: 'https://[a' is not a web address"]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "said"), MISTAKES, ids=[source[:60] for source, _ in MISTAKES])
def test_each_mistake_is_located_and_explained(source: str, said: list[str]) -> None:
    found = complaints(f"sources:\n  - {{{source}}}\n")
    assert len(found) >= len(said)
    for part in said:
        assert any(part in line for line in found), found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schedule: {fastest: 3h}\n", "1:11: schedule.fastest (3h) is longer than schedule.slowest (2h); set both"),
        ("schedule: {fastest: 0s}\n", "1:21: must be longer than nothing"),
        ("fetch: {concurrency: 201}\n", "1:22: expected less than or equal to 200"),
        ("fetch: {max_page: much}\n", "1:19: 'much' is not a size"),
        ("services: {reddit: reddit.example}\n", "1:20: 'reddit.example' is not a web address"),
        ("services: {redit: 'https://r.example'}\n", "1:12: unknown key 'redit' (did you mean 'reddit'?)"),
    ],
)
def test_each_mistake_in_the_sections_around_sources_is_located(text: str, said: str) -> None:
    (found,) = complaints(text + FEED)
    assert said in found


def test_mistakes_of_several_sources_are_told_at_once_and_each_once() -> None:
    text = """\
sources:
  - key: a
  - key: b
    url: https://b.example/
    youtube: UCabcdefghijklmnopqrstuv
  - key: c
    page: {url: https://c.example/}
  - key: a
    intervall: 5m
"""
    found = complaints(text)
    assert [line.split(": ")[0] for line in found] == ["2:5", "3:5", "7:5", "8:5", "8:10", "9:5"]
    assert sum("has no origin" in line for line in found) == 2
    assert sum("two origins" in line for line in found) == 1


def test_the_defaults_of_what_a_source_may_set() -> None:
    config = settings(FEED).config
    assert config.sources[0].full_text == "candidates"
    assert (config.fetch.concurrency, config.fetch.max_page) == (16, 5_000_000)
    assert (config.schedule.fastest.total_seconds(), config.schedule.slowest.total_seconds()) == (300, 7200)
    assert config.services.rsshub is None


SCHEMA = Configuration.model_json_schema()

# What an editor should accept or underline; values as a YAML language server reads them.
WRITTEN: list[tuple[Mapping[str, Any], bool]] = [
    ({"url": "https://a.example/"}, True),
    ({"json": {"url": "https://a.example/", "items": "a", "title": "b"}}, True),
    ({"json_api": {"url": "https://a.example/", "items": "a", "title": "b"}}, False),
    ({"json": "https://a.example/"}, False),
    ({"page": {"url": "https://a.example/", "item": "li", "link": "a"}}, True),
    ({"page": {"url": "https://a.example/"}}, False),
    ({"sitemap": "https://a.example/"}, True),
    ({"sitemap": {"url": "https://a.example/", "match": "x"}}, True),
    ({"sec_filings": {"cik": 1318605}}, True),
    ({"reddit": {"query": "x"}}, True),
    ({"reddit": {}}, False),
    ({}, False),
    ({"url": "https://a.example/", "reddit": "news"}, False),
]


@pytest.mark.parametrize(("written", "good"), WRITTEN, ids=[json.dumps(written) for written, _ in WRITTEN])
def test_an_editor_completes_and_underlines_by_the_same_rules(written: Mapping[str, Any], good: bool) -> None:
    assert Draft202012Validator(SCHEMA).is_valid({"sources": [{"key": "a"} | dict(written)]}) is good


def test_the_schema_is_valid_and_has_the_names_of_the_file() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert set(ORIGINS) < set(SCHEMA["$defs"]["Source"]["properties"])
