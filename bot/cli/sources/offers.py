"""What a page or an API offers, each with what it gives, ready to be pasted into rackwatch.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.cli.output import out
from bot.cli.rules.lines import say, tell
from bot.cli.sources.look import Look
from bot.cli.sources.present import show_entries, show_yaml, yaml_entry
from bot.documents.entries import FoundFeed, Proposal

EXAMPLES_SHOWN = 3
FEEDS_SHOWN = 10


def show_page(look: Look, key: str, zone: ZoneInfo) -> None:
    """The feeds that the page names, then selectors."""
    assert look.page is not None  # noqa: S101 - who calls has looked
    if look.page.feeds:
        say()
        say(("Feeds that it names", "bold"))
        for feed in look.page.feeds[:FEEDS_SHOWN]:
            out.print(f"  {feed_line(feed)}", markup=False, soft_wrap=True)
        if len(look.page.feeds) > FEEDS_SHOWN:
            say(f"… and {len(look.page.feeds) - FEEDS_SHOWN} more", indent=2)
        tell(f"Add one: rackwatch sources add {look.page.feeds[0].url}")
    _show_proposals(look, key, look.page.proposals, "selectors", zone)


def show_api(look: Look, key: str, zone: ZoneInfo) -> None:
    """The document's shape and lists, then expressions."""
    assert look.api is not None  # noqa: S101 - who calls has looked
    say(("shape    ", "dim"), look.api.shape)
    say()
    say(("Lists in it", "bold"))
    for one in look.api.lists:
        say(one.expression, (f"  {one.length:,} items", "dim"), indent=2)
        if one.keys:
            out.print(f"    {', '.join(one.keys)}", style="dim", markup=False)
    _show_proposals(look, key, look.api.proposals, "expressions", zone)
    if not look.api.proposals:
        say()
        tell("No key is clearly a title. Try: rackwatch sources try URL --items LIST --title KEY --link KEY")


def feed_line(feed: FoundFeed) -> str:
    """`https://…  Title`; a guess from a link is marked."""
    title = f"  {feed.title}" if feed.title else ""
    return f"{feed.url}{title}{'' if feed.stated else '  (a link that looks like a feed)'}"


def _show_proposals(look: Look, key: str, proposals: Sequence[Proposal], what: str, zone: ZoneInfo) -> None:
    for number, proposal in enumerate(proposals):
        say()
        head = f"Likeliest {what}" if number == 0 else f"Other {what}"
        say((head, "bold"), f": {proposal.found} entries")
        show_yaml(yaml_entry(look, key, proposal.options))
        show_entries(proposal.examples[:EXAMPLES_SHOWN], zone)
