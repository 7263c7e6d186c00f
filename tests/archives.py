"""Archives as the pipeline makes them, without a network: articles judged, planned and stored, in this process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.alerts.plan import Audience, ChatRoute, Manners
from bot.documents.entries import ParsedEntry
from bot.judge import judge, lookup_keys
from bot.judging import Judging
from bot.plan import EntryPlanner
from bot.publishers_file import load_owners
from bot.story_keeper import StoryKeeper
from rules import Matcher, RuleSet
from storage import Store
from storage.apply import Applied
from storage.polls import PollWork
from storage.records import OutboxItem, OutboxState, Settlement, SourceDefinition, SourceUpdate

NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article of a source, so many days ago; undated, it is old news where it comes with the first look.

    `guid` makes it a later wording of another, `late` is how long ago it was published when it came.
    """

    source: str
    title: str
    days: float = 1.0
    text: str = ""
    language: str = "en"
    dated: bool = True
    url: str = ""
    guid: str = ""
    late: timedelta = timedelta()
    links: tuple[str, ...] = ()


@dataclass(slots=True)
class Press:
    """Sources that publish into a store; their first look is behind them, at an empty feed, so that all is news.

    Without a `keeper` each poll is like the first of a service.
    """

    store: Store
    rules: RuleSet
    keeper: StoryKeeper | None = None
    edit_gap: float = 0
    chats: tuple[str, ...] = ("console",)
    publishers: dict[str, str] = field(default_factory=lambda: {"a": "Alpha", "b": "Beta", "c": "Gamma"})

    def open(self, *, baseline: tuple[str, ...] = ()) -> None:
        """Make the sources known; those named keep their first look for what they publish first."""
        begun = NOW - timedelta(days=365)
        self.store.sources.sync(
            [
                SourceDefinition(key=key, url=f"https://{key}.example/", publisher=name, tags=(f"of-{key}",))
                for key, name in self.publishers.items()
            ],
            now=begun,
        )
        for key in self.publishers:
            if key not in baseline:
                self._publish(key, [], begun)

    def publish(self, *articles: Article) -> None:
        """Each article in a poll of its own, at its own time, in the order given."""
        for article in articles:
            at = NOW - timedelta(days=article.days)
            self._publish(article.source, [_entry(article, at)], at)

    def publish_together(self, *articles: Article) -> None:
        """Each article in a poll of its own, all of them in one transaction."""
        keeper = self.keeper or self._new_keeper(NOW)
        works = []
        for article in articles:
            at = NOW - timedelta(days=article.days)
            works.append(self._work(article.source, [_entry(article, at)], at, keeper))
        answers = self.store.polls.apply(works, memory=keeper)
        assert all(isinstance(answer, Applied) for answer in answers), answers

    def _publish(self, key: str, entries: list[ParsedEntry], at: datetime) -> None:
        keeper = self.keeper or self._new_keeper(at)
        (applied,) = self.store.polls.apply([self._work(key, entries, at, keeper)], memory=keeper)
        assert isinstance(applied, Applied), applied

    def _new_keeper(self, at: datetime) -> StoryKeeper:
        return StoryKeeper(self.store.stories, window=lambda: timedelta(days=4), judging=_unasked, clock=lambda: at)

    def _work(self, key: str, entries: list[ParsedEntry], at: datetime, keeper: StoryKeeper) -> PollWork:
        (source,) = self.store.sources.named([key])
        judged = judge(entries, source, Matcher(self.rules), load_owners(None), now=at)
        update = SourceUpdate(
            checked_at=at,
            next_check_at=at,
            outcome="new entries",
            reason="",
            success=True,
            failures=0,
            baseline_at=at if source.baseline_at is None else None,
        )
        audience = Audience(
            routes=tuple(ChatRoute(key=chat) for chat in self.chats),
            watch_titles={},
            manners=Manners(rules={rule.full_name: rule for rule in self.rules.rules}),
        )
        planner = EntryPlanner(
            judged,
            source=source,
            now=at,
            audience=audience,
            owners=load_owners(None),
            edit_gap=self.edit_gap,
            keeper=keeper,
            finish=lambda plan, _: replace(plan, source=update),
        )
        return PollWork(source_id=source.id, keys=lookup_keys(judged), plan=planner)


def deliver(store: Store, *, now: datetime = NOW + timedelta(days=9)) -> list[tuple[str, int | None, bool]]:
    """Send all that may leave by `now`: what it is, of which alert, and whether it rings no bell."""
    sent = []
    while items := store.outbox.ready(now=now):
        for item in items:
            claimed = store.outbox.mark_sending(item, now=now)
            assert claimed is not None
            arrived(store, claimed, now=now)
            sent.append((item.kind.value, item.alert_id, bool(item.content.get("quiet"))))
    return sent


def arrived(store: Store, item: OutboxItem, *, now: datetime) -> None:
    """What was being sent has arrived."""
    number = item.id if item.message_id is None else item.message_id
    store.outbox.settle(item, Settlement(state=OutboxState.SENT, at=now, message_id=number))


def _unasked() -> Judging:
    raise AssertionError("every article of this archive has a signature")


def _entry(article: Article, at: datetime) -> ParsedEntry:
    name = article.guid or f"{article.source}-{article.title}".replace(" ", "-")
    return ParsedEntry(
        guid=name,
        url=article.url or f"https://{article.source}.example/{name}",
        title=article.title,
        author="",
        text=article.text,
        language=article.language,
        published_at=at - article.late if article.dated else None,
        links=article.links,
    )
