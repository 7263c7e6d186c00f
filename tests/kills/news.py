"""The news of a kill run: invented stories that nobody could take for one another, and the feeds that carry them."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.demo.feed_formats import Channel, Item, atom, rdf, rss2, rss2_latin1

WATCHES = {"amber": "quarkite", "cobalt": "velanthium", "umber": "ostrine"}
"""Watch → the one word that its rule looks for."""

KEPT = 60
"""Items that a feed shows, newest last. The service never misses that many polls in a row."""

_HEADS = "b br c cl d dr f fl g gr h j k kr l m n p pl r s st t tr v w z".split()
_VOWELS = "a e i o u au ei".split()
_TAILS = "l m n r s t x nd rk lt mp sk".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One publisher; `write` is the format of its feed."""

    key: str
    publisher: str
    write: Callable[[Channel, tuple[Item, ...]], bytes]
    content_type: str

    @property
    def path(self) -> str:
        return f"/{self.key}"


FEEDS = (
    Feed(key="anvil", publisher="Anvil Post", write=rss2, content_type="application/rss+xml"),
    Feed(key="beacon", publisher="Beacon Wire", write=atom, content_type="application/atom+xml"),
    Feed(key="cinder", publisher="Cinder Times", write=rdf, content_type="application/rdf+xml"),
    Feed(key="dune", publisher="Dune Courier", write=rss2_latin1, content_type="application/rss+xml"),
)


@dataclass(slots=True, kw_only=True)
class Story:
    """`word` stands in the title of all its articles and nowhere else; `publishers` in the order of publication."""

    word: str
    watch: str
    title: tuple[str, ...]
    publishers: list[str] = field(default_factory=list)


class NewsDesk:
    """Writes articles and remembers what it wrote: what must arrive, and what must not."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._used: set[str] = set()
        self._shown: dict[str, list[Item]] = {feed.key: [] for feed in FEEDS}
        self.stories: list[Story] = []
        self.silent: list[str] = []
        self.published = 0

    def baseline(self) -> None:
        """What stands in the feeds before anybody looks: matching as well, yet nobody is told of it."""
        long_ago = datetime.now(UTC) - timedelta(days=2)
        for feed in FEEDS:
            for watch, trigger in WATCHES.items():
                word = self._word().title()
                self._show(feed, word, (word, trigger, *self._words(4)), watch, long_ago)
                self.silent.append(word)

    def story(self) -> Story:
        """A new story of some watch, at some publisher."""
        feed, watch = self._dice.choice(FEEDS), self._dice.choice(list(WATCHES))
        word = self._word().title()
        title = (word, self._word().title(), WATCHES[watch], self._number(), *self._words(4))
        story = Story(word=word, watch=watch, title=title, publishers=[feed.publisher])
        self.stories.append(story)
        self._show(feed, word, title, watch, datetime.now(UTC))
        return story

    def confirm(self, story: Story) -> None:
        """Another publisher reports the same in words of its own."""
        feed = self._dice.choice([feed for feed in FEEDS if feed.publisher not in story.publishers])
        story.publishers.append(feed.publisher)
        self._show(feed, story.word, (*story.title[:-1], self._word()), story.watch, datetime.now(UTC))

    def noise(self) -> None:
        """News that no rule asks for."""
        word = self._word().title()
        self.silent.append(word)
        self._show(self._dice.choice(FEEDS), word, (word, *self._words(6)), None, datetime.now(UTC))

    def document(self, feed: Feed) -> str:
        """The feed as it stands now; every format here is ASCII or UTF-8 for these words."""
        channel = Channel(title=feed.publisher, home=f"https://{feed.key}.example/", language="en")
        return feed.write(channel, tuple(self._shown[feed.key][-KEPT:])).decode("utf-8")

    def _show(self, feed: Feed, word: str, title: tuple[str, ...], watch: str | None, at: datetime) -> None:
        body = [word, *self._words(28)]
        if watch is not None:
            body.insert(3, WATCHES[watch])
        self.published += 1
        link = f"https://{feed.key}.example/{self.published}/{word.lower()}"
        self._shown[feed.key].append(
            Item(
                guid=link,
                link=link,
                title=" ".join(title),
                paragraphs=(" ".join(body) + ".",),
                author="",
                published=at,
                updated=at,
            )
        )

    def _words(self, count: int) -> list[str]:
        return [self._word() for _ in range(count)]

    def _word(self) -> str:
        """A word that was never given out before."""
        while True:
            word = "".join(
                self._dice.choice(part) for _ in range(3) for part in (_HEADS, _VOWELS, _TAILS if _ == 2 else [""])
            )
            if len(word) >= 6 and word not in self._used and word not in WATCHES.values():
                self._used.add(word)
                return word

    def _number(self) -> str:
        while True:
            number = str(self._dice.randrange(10_000, 100_000))
            if number not in self._used:
                self._used.add(number)
                return number
