"""What alerts say after a person's word on stories. Pure; the words themselves are `storage.stories`'.

Of a story that was told and is divided, each part has a message: the old one drops the reports that left, and says
where they are. What left was told already, so its message rings no bell; where it had one of its own before both were
merged, that one speaks again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.alerts.compose import MatchedArticle
from bot.alerts.content import AlertContent
from bot.alerts.plan import ChatRoute
from bot.alerts.retold import merged, part_of
from bot.known_articles import known_article
from bot.voices.publishers import Owners
from storage.records import AlertDivision, AlertWrite, KnownAlert, KnownStory


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Tells alerts anew; `routes` are what the chats follow, by key."""

    routes: Mapping[str, ChatRoute]
    owners: Owners
    now: datetime

    def merged(self, stories: Sequence[KnownStory]) -> list[AlertWrite]:
        """What the alerts of two stories say when they are one: the older's tells of both, the newer's where."""
        older, newer = sorted(stories, key=lambda story: story.id)
        kept = {alert.chat: alert for alert in older.alerts}
        told = []
        for gone in newer.alerts:
            if gone.chat in kept:
                stays = kept[gone.chat]
                both, pointer = merged(
                    stays.content,
                    gone.content,
                    stays.id,
                    gone.id,
                    articles=[*self._articles(older, stays), *self._articles(newer, gone)],
                    route=self._route(gone.chat),
                    owners=self.owners,
                )
                told.append(AlertWrite(id=stays.id, story=older.id, chat=gone.chat, content=both, releases=False))
                told.append(AlertWrite(id=gone.id, story=newer.id, chat=gone.chat, content=pointer, releases=False))
        return told

    def divided(self, old: KnownStory, made: KnownStory, pointing: Sequence[KnownAlert]) -> list[AlertDivision]:
        """What the alerts of a story say when `made` has left it; `pointing` are those of stories merged into it."""
        divisions = (self._divided(alert, old, made, pointing) for alert in old.alerts)
        return [division for division in divisions if division is not None]

    def _divided(
        self, alert: KnownAlert, old: KnownStory, made: KnownStory, pointing: Sequence[KnownAlert]
    ) -> AlertDivision | None:
        said = AlertContent.from_json(alert.content)
        route = self._route(alert.chat)
        kept = part_of(said, self._articles(old, alert), route, self.owners)
        left = part_of(said, self._articles(made, alert), route, self.owners)
        if left is None:
            return None
        if kept is None:  # all that it told has left: the message goes along
            along = AlertWrite(id=alert.id, story=made.id, chat=alert.chat, content=alert.content, releases=False)
            return AlertDivision(left=along)
        again = self._own_message(alert, made, pointing)
        if again is None and alert.chat in old.muted:  # it hears no more of this: a new message would be one too many
            return AlertDivision(left=None, kept=partial(_kept, alert, old.id, kept))
        if again is not None:
            before = replace(AlertContent.from_json(again.content), told_in=None)
            left = part_of(before, self._articles(made, again), route, self.owners) or left
            kept = replace(kept, tells_of=tuple(number for number in kept.tells_of if number != again.id))
        else:
            left = replace(left, tells_of=(), moved_to=(), moved_from=alert.id, quiet=alert.sent)
        return AlertDivision(
            left=AlertWrite(
                id=again.id if again is not None else None,
                story=made.id,
                chat=alert.chat,
                content=left.to_json(),
                releases=False,
            ),
            kept=partial(_kept, alert, old.id, kept),
        )

    @staticmethod
    def _own_message(alert: KnownAlert, made: KnownStory, pointing: Sequence[KnownAlert]) -> KnownAlert | None:
        """The message that what left had before its story was merged."""
        addresses = {member.url for member in made.members}
        for other in pointing:
            content = AlertContent.from_json(other.content)
            if other.chat == alert.chat and content.told_in == alert.id and content.url in addresses:
                return other
        return None

    def _route(self, chat: str) -> ChatRoute:
        return self.routes.get(chat, ChatRoute(key=chat))

    def _articles(self, story: KnownStory, alert: KnownAlert) -> list[MatchedArticle]:
        titles = AlertContent.from_json(alert.content).watches
        return [
            known_article(member, owners=self.owners, watch_titles=titles, now=self.now) for member in story.members
        ]


def _kept(alert: KnownAlert, story: int, content: AlertContent, left: int | None) -> AlertWrite:
    """What the old alert says, given the number of the one that tells what left."""
    said = replace(content, moved_to=(*content.moved_to, left)) if left is not None else content
    return AlertWrite(id=alert.id, story=story, chat=alert.chat, content=said.to_json(), releases=False)
