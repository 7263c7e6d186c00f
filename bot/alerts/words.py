"""What the program says in a message, in the languages of its interface. Pure values.

What a source said is never translated. A language is complete by construction: `Words` has no defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language. `{}` stands for what is put in: a number, an alert's id such as A17, a name.

    `passed` and `digest` are pairs: for one, and for more. `thousands` stands between the thousands of a number.
    `buttons` are the labels of an alert's buttons, by what they do. `months` are the names as they stand in a date,
    `date` is a day's form for `str.format`, with `day`, `month` and `year`.
    """

    why: str
    first: str
    earlier: str
    cited: str
    minutes: str
    hours: str
    days: str
    publishers: str
    denied: str
    denies: str
    more: str
    more_by: str
    untitled: str
    repeat: str
    told_in: str
    tells_of: str
    moved_to: str
    moved_from: str
    passed: tuple[str, str]
    digest: tuple[str, str]
    page: str
    thousands: str
    buttons: Mapping[str, str]
    material: Mapping[str, str]
    joints: Mapping[str, str]
    passed_for: Mapping[str, str]
    months: tuple[str, ...]
    date: str
    date_of_year: str

    def reason(self, text: str, quoted: Iterable[str]) -> str:
        """A rule's reason. Its joints are the program's words; `quoted` are the source's, which stay as they are."""
        if not self.joints:
            return text
        here = sorted({one for one in quoted if one and one in text}, key=len, reverse=True)
        held = "|".join(map(re.escape, here))
        pieces = re.split(f"({held})", text) if held else [text]
        return "".join(piece if number % 2 else self._joined(piece) for number, piece in enumerate(pieces))

    def _joined(self, piece: str) -> str:
        for english, own in self.joints.items():
            piece = piece.replace(english, own)
        return piece

    def passed_because(self, reason: str) -> str:
        """Why stories were passed over; what follows the reason, a publisher's name, stays as it is."""
        for english, own in self.passed_for.items():
            if reason.startswith(english):
                return own + reason.removeprefix(english)
        return reason

    def number(self, number: int) -> str:
        return f"{number:,}".replace(",", self.thousands)

    def span(self, minutes: int) -> str:
        """A length of time, to its largest unit."""
        if minutes < 60:
            return self.minutes.format(minutes)
        if minutes < 48 * 60:
            return self.hours.format(round(minutes / 60))
        return self.days.format(round(minutes / 1440))

    def day(self, moment: str, zone: ZoneInfo) -> str:
        """The day of an ISO 8601 moment, with its year."""
        return self._day(datetime.fromisoformat(moment).astimezone(zone), self.date)

    def time(self, moment: str, zone: ZoneInfo) -> str:
        """Day and time of an ISO 8601 moment."""
        local = datetime.fromisoformat(moment).astimezone(zone)
        return f"{self._day(local, self.date)} {local:%H:%M}"

    def time_beside(self, moment: str, other: str | None, zone: ZoneInfo) -> str:
        """The time of a moment as said beside another: without its day or year where the other has the same."""
        if other is None:
            return self.time(moment, zone)
        local, beside = (datetime.fromisoformat(one).astimezone(zone) for one in (moment, other))
        if local.date() == beside.date():
            return f"{local:%H:%M}"
        form = self.date_of_year if local.year == beside.year else self.date
        return f"{self._day(local, form)} {local:%H:%M}"

    def _day(self, local: datetime, form: str) -> str:
        return form.format(day=local.day, month=self.months[local.month - 1], year=local.year)


ENGLISH = Words(
    why="Why:",
    first="First:",
    earlier="{} earlier",
    cited="cited by others",
    minutes="{} min",
    hours="{} h",
    days="{} days",
    publishers="{} publishers",
    denied="denied or corrected",
    denies="denies or corrects",
    more="and {} more",
    more_by="and {} more: {}",
    untitled="(untitled)",
    repeat="possible repeat",
    told_in="The same story is told in {}.",
    tells_of="tells of {}",
    moved_to="another story since: {}",
    moved_from="told in {} before",
    passed=("Passed over: {} earlier story", "Passed over: {} earlier stories"),
    digest=("Digest: {} story", "Digest: {} stories"),
    page="page {} of {}",
    thousands=",",
    buttons=MappingProxyType({"why": "Why?", "mute": "Mute story", "unmute": "Unmute story", "more": "More"}),
    material=MappingProxyType(
        {
            "DENIAL": "Denied or corrected",
            "OFFICIAL": "The company itself",
            "CONFIRMED": "Confirmed by a second publisher",
            "GRAVER": "Now of high priority",
        }
    ),
    joints=MappingProxyType({}),
    passed_for=MappingProxyType({}),
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    date="{day} {month} {year}",
    date_of_year="{day} {month}",
)
"""The rules' reasons and the digests' are composed in English, so no joint is left to say."""

GERMAN = Words(
    why="Grund:",
    first="Zuerst:",
    earlier="{} früher",
    cited="von anderen zitiert",
    minutes="{} Min.",
    hours="{} Std.",
    days="{} Tage",
    publishers="{} Quellen",
    denied="dementiert oder berichtigt",
    denies="dementiert oder berichtigt",
    more="und {} weitere",
    more_by="und {} weitere: {}",
    untitled="(ohne Titel)",
    repeat="vielleicht doppelt",
    told_in="Dieselbe Geschichte steht in {}.",
    tells_of="erzählt auch {}",
    moved_to="inzwischen eine andere Geschichte: {}",
    moved_from="stand vorher in {}",
    passed=("Übergangen: {} frühere Geschichte", "Übergangen: {} frühere Geschichten"),
    digest=("Überblick: {} Geschichte", "Überblick: {} Geschichten"),
    page="Seite {} von {}",
    thousands=".",
    buttons=MappingProxyType({"why": "Warum?", "mute": "Stummschalten", "unmute": "Nicht mehr stumm", "more": "Mehr"}),
    material=MappingProxyType(
        {
            "DENIAL": "Dementiert oder berichtigt",
            "OFFICIAL": "Das Unternehmen selbst",
            "CONFIRMED": "Von einer zweiten Quelle bestätigt",
            "GRAVER": "Jetzt von hoher Wichtigkeit",
        }
    ),
    joints=MappingProxyType(
        {
            " near ": " nahe ",
            " and ": " und ",
            ", in the title": ", im Titel",
            ", in the lead": ", am Anfang",
            ", in the text": ", im Text",
            ", in the url": ", in der Adresse",
            ", in the author": ", im Verfasser",
            "in language ": "in der Sprache ",
            "tagged ": "mit der Marke ",
        }
    ),
    passed_for=MappingProxyType(
        {
            "first sight of": "erster Blick auf",
            "resumed": "wieder aufgenommen",
            "not reachable for long": "lange nicht erreichbar",
            "a long stop": "lange nicht gelaufen",
            "a new rule": "eine neue Regel",
        }
    ),
    months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    date="{day}. {month} {year}",
    date_of_year="{day}. {month}",
)

LANGUAGES: Mapping[str, Words] = MappingProxyType({"en": ENGLISH, "de": GERMAN})
"""Languages of the interface, by the value of a chat's setting."""
