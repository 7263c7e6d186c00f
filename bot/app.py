"""The composition root: builds every part from Settings, starts and stops them. Nothing else builds anything."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar
from zoneinfo import ZoneInfo

import structlog
from rich.console import Console

from bot import facts
from bot.alerts.content import NoticeContent
from bot.alerts.deliver import Deliverer, Recipient
from bot.alerts.plan import Audience, Manners
from bot.alerts.to_console import ConsoleNotifier
from bot.alerts.words import LANGUAGES
from bot.audience import address_of, routes_of, times_of
from bot.channels import Channels
from bot.charts.chart import Chart
from bot.charts.painter import NotDrawn, Painter
from bot.chat.incoming import NoFile
from bot.clock import utc_now
from bot.documents.processes import Parsers
from bot.errors import ConfigInvalid
from bot.group_writer import GroupWriter
from bot.judging import Judging, Rhythm
from bot.logs import redactor
from bot.metrics import Metrics
from bot.old_news import OldNews
from bot.outside import build_fetcher, build_parsers
from bot.page_report import PageReport
from bot.pages import PageReader
from bot.people import with_people
from bot.poll import Poller
from bot.poll_report import PollReport
from bot.publishers_file import PUBLISHERS_NAME, load_owners
from bot.rulesets.candidate import Candidate
from bot.rulesets.first import first_rules
from bot.settings import Services, Settings, Source
from bot.source_document import SourceDocuments
from bot.sources.origins import origin_of, tags_of
from bot.sources.robots_cache import RobotsCache
from bot.sources.shared_limits import limit_key
from bot.sources.urls import host_of
from bot.story_keeper import StoryKeeper
from bot.voices.publishers import Owners
from rules import ANALYSIS_VERSION, RuleSet
from storage import Store, migrate, open_store
from storage.records import PageForRead, RulesMark, SourceDefinition, SourceForPoll

if TYPE_CHECKING:
    from bot.telegram_door.conversation import Conversation

log = structlog.get_logger(__name__)

_T = TypeVar("_T")


def definition_of(source: Source, services: Services) -> SourceDefinition:
    """A source of rackwatch.yaml as the database keeps it: its template written out, its place found."""
    origin = origin_of(source, services)
    # An address of Google News leads nowhere without a browser: its page is fetched only where the person says so.
    reads_pages = "full_text" in source.model_fields_set or origin.via != "google_news"
    return SourceDefinition(
        key=source.key,
        url=origin.url,
        kind=origin.kind.value,
        options=origin.options,
        via=origin.via,
        place=limit_key(host_of(origin.url)),
        full_text=source.full_text if reads_pages else "never",
        title=source.title,
        language=source.language,
        publisher=source.publisher,
        tags=tags_of(source),
        paused=source.paused,
    )


class App:
    """One running rackwatch on one working folder. Use as an async context manager."""

    def __init__(
        self, settings: Settings, *, console: Console, role: str, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.store: Store = open_store(settings.storage_url)
        self.rule_problems: ConfigInvalid | None = None
        self.rules_mark: RulesMark | None = None
        self._console = console
        self._role = role
        self._clock = clock
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        # One, not many: judging is computing, and threads that compute only take turns, at a price.
        self._thinker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="judge")
        self._stack = AsyncExitStack()
        self._candidate: Candidate | None = None
        self._judging: Judging | None = None
        self._recipients: dict[str, Recipient] = {}
        self._channels = Channels(ConsoleNotifier(console))
        self._people_change = 0
        self._told_of_token = False
        self._painter = Painter()
        self.poller: Poller
        self.page_reader: PageReader
        self.deliverer: Deliverer
        self.old_news: OldNews

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def __aenter__(self) -> Self:
        """Claim the database, upgrade it, load rules, sync sources and chats, build the parts.

        Raises ServiceRunning, StorageError, and ConfigInvalid when neither the folder nor the database has good rules.
        """
        try:
            self._claim()
            parsers = await self._stack.enter_async_context(build_parsers(self.settings.config))
            await parsers.start(len(self.settings.config.sources))
            self._begin_with_rules()
            self._build(parsers)
        except BaseException:
            await self.__aexit__()
            raise
        # The rules' many objects live as long as the process: the collector, which looks at all of them each time and
        # holds everything up meanwhile (70 to 195 ms measured), is told to leave them alone.
        gc.freeze()
        return self

    def _claim(self) -> None:
        migrate.refuse_newer(self.store.database)
        self.settings.folder.mkdir(parents=True, exist_ok=True)
        self.store.database.path.parent.mkdir(parents=True, exist_ok=True)
        self.store.database.become_service(self._role)
        upgrade = migrate.upgrade(self.store.database, now=self._clock())
        if upgrade.backup is not None:
            log.info("database upgraded", before=upgrade.before, after=upgrade.after, backup=str(upgrade.backup))
        uncertain = self.store.outbox.recover(now=self._clock())
        if uncertain:
            log.warning("messages may have arrived before the last stop; they are sent again, marked", count=uncertain)
        self.store.archive.remember(facts.TELEGRAM_STOPPED, None)
        self._look_at_index()

    def _begin_with_rules(self) -> None:
        rules = first_rules(self.store, self.settings, now=self._clock())
        self.rules_mark, self.rule_problems = rules.mark, rules.problems
        self.adopt(self.settings, rules.candidate, load_owners(self.settings.folder / PUBLISHERS_NAME))

    def _look_at_index(self) -> None:
        """An empty index is ours, also when the process that made it was killed before it could say so."""
        archive = self.store.archive
        built_by = archive.fact(facts.ANALYSIS_VERSION)
        if built_by is None and not archive.latest(limit=1):
            archive.remember(facts.ANALYSIS_VERSION, str(ANALYSIS_VERSION))
        elif built_by != str(ANALYSIS_VERSION):
            log.warning("the search index was built by another version; run 'rackwatch db reindex'")

    def _build(self, parsers: Parsers) -> None:
        config = self.settings.config
        fetcher = build_fetcher(config)
        keeper = StoryKeeper(
            self.store.stories,
            window=lambda: self.settings.config.alerts.story_window,
            judging=lambda: self.judging,
            clock=self._clock,
        )
        writer = GroupWriter(self.store.polls, self._writer, memory=keeper)
        self.poller = Poller(
            documents=SourceDocuments(
                fetcher=fetcher, parsers=parsers, first_looks=self.store.sources, clock=self._clock
            ),
            writer=writer,
            thinker=self._thinker,
            judging=lambda: self.judging,
            keeper=keeper,
            clock=self._clock,
        )
        self.page_reader = PageReader(
            fetcher=fetcher,
            parsers=parsers,
            robots=RobotsCache(fetcher, self._clock),
            writer=writer,
            thinker=self._thinker,
            judging=lambda: self.judging,
            keeper=keeper,
            clock=self._clock,
            max_size=config.fetch.max_page,
        )
        self.deliverer = Deliverer(
            store=self.store.outbox,
            digests=self.store.digests,
            writer=self._writer,
            recipients=lambda: self._recipients,
            operator_chat=lambda: self.settings.operator_chat,
            most_at_once=lambda: self.settings.config.alerts.most_at_once,
            clock=self._clock,
            on_bad_token=self.token_refused,
        )
        self.old_news = OldNews(
            self.store,
            write=self.write,
            judging=lambda: self.judging,
            candidate=lambda: self.candidate,
            digest_after=lambda: self.settings.config.alerts.digest_after,
            wake=self.deliverer.wake,
            clock=self._clock,
        )
        if config.metrics.listen is not None:
            self.metrics.serve(config.metrics.listen)

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        await self._channels.close()
        self._thinker.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)
        self.store.close()
        gc.unfreeze()

    # ── what is in force ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def judging(self) -> Judging:
        assert self._judging is not None  # noqa: S101 - set by adopt(), which start-up calls first
        return self._judging

    @property
    def candidate(self) -> Candidate:
        assert self._candidate is not None  # noqa: S101 - set by adopt(), which start-up calls first
        return self._candidate

    def adopt(self, settings: Settings, candidate: Candidate, owners: Owners) -> None:
        """Work with these settings, rules and publishers from now on; polls under way finish with what they began with.

        Which rules are in force the database says already (`bot.rulesets.put`).
        """
        people = self.store.people.known()
        settings, self._people_change = with_people(settings, people), people.change
        if settings.token is not None:
            redactor.learn([settings.token.get_secret_value()])
        config = settings.config
        now = self._clock()
        self.store.sources.sync(
            [definition_of(source, config.services) for source in config.sources],
            now=now,
        )
        self.store.outbox.sync_chats({key: address_of(chat) for key, chat in settings.chats.items()}, now=now)
        self.settings = settings
        self._candidate = candidate
        self._recipients, before = self._build_recipients(settings), self._recipients
        other = [key for key, one in self._recipients.items() if key not in before or before[key].times != one.times]
        if other:
            self.store.digests.release(other, now=now)
        self._judging = Judging(
            matcher=candidate.matcher,
            owners=owners,
            audience=Audience(
                routes=routes_of(settings),
                watch_titles={watch.key: watch.title for watch in candidate.rules.watches},
                manners=Manners(
                    rules={rule.full_name: rule for rule in candidate.rules.rules}, zone=ZoneInfo(config.timezone)
                ),
            ),
            rhythm=Rhythm(
                default=config.schedule.interval,
                floor=config.fetch.min_interval,
                fastest=config.schedule.fastest,
                slowest=config.schedule.slowest,
                long_stop=config.alerts.long_stop,
                intervals={source.key: source.interval for source in config.sources if source.interval is not None},
            ),
            edit_gap=config.alerts.edit_gap.total_seconds(),
            operator_chat=settings.operator_chat,
        )

    def _build_recipients(self, settings: Settings) -> dict[str, Recipient]:
        recipients = {}
        for key, chat in settings.chats.items():
            recipients[key] = Recipient(
                chat=key,
                chat_id=address_of(chat),
                notifier=self._channels.notifier(key, chat, settings),
                thread=chat.thread,
                preview=chat.preview,
                silent=chat.silent,
                words=LANGUAGES[chat.language],
                times=times_of(chat, settings),
            )
        return recipients

    async def follow_people(self) -> None:
        """What chats set, and who was paired, here or by a command beside us: in force when this returns."""
        if await self.read(self.store.people.change) != self._people_change:
            await self.write(self.adopt, self.settings, self.candidate, self.judging.owners)

    def conversation(self) -> Conversation | None:
        """A conversation to run beside the rest; None without a token. The first chat is paired in it."""
        if self.settings.token is None:
            return None
        from bot.telegram_door.conversation import Conversation  # noqa: PLC0415 - only who has a token pays

        return Conversation(self, self._channels.at_telegram(self.settings), self.deliverer.pace)

    def token_refused(self, detail: str) -> None:
        """Say once that nothing goes to Telegram and nothing comes from it; who sends and who reads both find it."""
        if self._told_of_token:
            return
        self._told_of_token = True
        log.error("Telegram does not accept the token; it is neither sent to nor read until the next start")
        self._writer.submit(self.store.archive.remember, facts.TELEGRAM_STOPPED, detail)
        self._console.print(f"[red]Telegram stopped:[/red] {detail}. Everything is kept; mend it and start again.")

    # ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def poll_many(
        self, sources: Sequence[SourceForPoll], *, on_report: Callable[[PollReport], None] = lambda _: None
    ) -> list[PollReport]:
        """Poll these at once, within the fetcher's bounds; alerts leave while polling goes on."""

        async def one(source: SourceForPoll) -> PollReport:
            report = await self.poller.poll(source)
            self.metrics.count(report)
            on_report(report)
            if report.alerts or report.grown or report.told:
                self.deliverer.wake()
            return report

        return await self._together([one(source) for source in sources])

    async def read_pages(
        self, pages: Sequence[PageForRead], *, on_report: Callable[[PageReport], None] = lambda _: None
    ) -> list[PageReport]:
        """Read these articles' pages, within the fetcher's bounds."""

        async def one(page: PageForRead) -> PageReport:
            report = await self.page_reader.read(page)
            on_report(report)
            if report.alerts or report.grown:
                self.deliverer.wake()
            return report

        return await self._together([one(page) for page in pages])

    async def read_due_pages(self, *, patience: float) -> list[PageReport]:
        """Read every page that is due, for at most `patience` seconds; what is left is read by the next run."""
        reports: list[PageReport] = []
        seen: set[int] = set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while due := await asyncio.to_thread(self.store.pages.due, now=self._clock(), busy=seen):
                    seen |= {page.entry_id for page in due}
                    await self.read_pages(due, on_report=reports.append)
        return reports

    async def _together(self, work: Sequence[Coroutine[Any, Any, _T]]) -> list[_T]:
        tasks = [asyncio.create_task(one) for one in work]
        try:
            return list(await asyncio.gather(*tasks))
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise

    async def write(self, function: Callable[..., _T], *arguments: Any, **keywords: Any) -> _T:
        """Run a storage method in the writer's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, lambda: function(*arguments, **keywords))

    @staticmethod
    async def read(function: Callable[..., _T], *arguments: Any, **keywords: Any) -> _T:
        """Run a storage method that only reads beside the rest."""
        return await asyncio.to_thread(function, *arguments, **keywords)

    async def download(self, file_id: str, *, most: int) -> bytes | NoFile:
        """A file that a person sent in a conversation, at most so many bytes; or why there is none."""
        from bot.telegram_door.files import download  # noqa: PLC0415 - only who has a Telegram chat pays

        return await download(self._channels.at_telegram(self.settings), file_id, most=most)

    @property
    def rules(self) -> RuleSet:
        return self.candidate.rules

    @property
    def owners(self) -> Owners:
        return self.judging.owners

    async def draw(self, chart: Chart) -> bytes | NotDrawn:
        """The chart as a PNG, drawn by a process of its own."""
        return await self._painter.draw(chart)

    def wake(self) -> None:
        """Something may leave the outbox now."""
        self.deliverer.wake()

    async def tell_operator(self, content: NoticeContent) -> None:
        await self.write(self.store.outbox.notify, self.settings.operator_chat, content.to_json(), now=self._clock())
        self.deliverer.wake()

    def now(self) -> datetime:
        return self._clock()
