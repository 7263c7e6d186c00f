"""Articles in German and English: everyday words, names of events, and rare words that nobody else uses.

The words come as in a language, a few often and most rarely (Zipf), because the search index and the detection of
languages live on that. In a real week of 1,188 feeds every second entry holds a term of the shipped rules, and one in
2,000 matches a rule; so it is here, but that one in 1,000 matches, so that small runs have some too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Literal

Code = Literal["de", "en"]

VOCABULARY = 30_000
TOPICAL_SHARE = 0.65
MATCHING_SHARE = 0.001
SENTENCES = 3
"""In a paragraph: some 42 words, 280 characters."""

_COMMON: dict[Code, str] = {
    "en": """the of to and a in that is was for on with as it by at from be have an are this will not has which but
        his they or were been their she more who one said about would when there also than its after other had can
        some into new could years two most over so time only last people if him them out up many what her even year
        week government report city later three under against while before between public police minister council
        court school hospital water road family president country former early late north south east west music
        match season player team coach winter summer morning evening children health study research university
        museum river mountain weather train station driver garden kitchen bread coffee theatre film story letter""",
    "de": """die der und in den von zu mit das ist im für auf nicht sich des dem ein eine als auch es an werden aus
        er hat dass sie nach bei um noch wie über einen so zum war haben nur oder aber vor zur bis mehr durch man sein
        wurde wird sind gegen vom können schon wenn habe seine ihre dann unter wir soll ich eines Jahr Jahre zwei
        jetzt diese wieder seit Stadt Land Polizei Gericht Schule Wasser Straße Familie Präsident Kinder Woche Uhr
        Menschen Regierung Bericht später drei zwischen während Spiel Trainer Mannschaft Winter Sommer Morgen Abend
        Gesundheit Studie Forschung Universität Museum Fluss Wetter Zug Bahnhof Garten Küche Brot Kaffee Theater""",
}
_TOPICAL: dict[Code, str] = {
    "en": "Twitter Musk Amazon Microsoft moved first fire outage cloud company market chip factory California rent",
    "de": "Twitter Musk Amazon Microsoft Umzug Ausfall Brand Cloud Konzern Markt Chip Werk Kalifornien Miete Texas",
}
_MATCHING: dict[Code, str] = {
    "en": "Tesla takes over a Twitter data center in Sacramento",
    "de": "Tesla übernimmt Rechenzentrum von Twitter in Sacramento",
}
_SYLLABLES: dict[Code, str] = {
    "en": "al ber con der en fo gra hin is jo kel lo man ner ou per qui ran ster ton un ver wel ex ying za ble tion",
    "de": "ab ber chen der ein fel gra heim ig jo kel lich mer nis ock per rung schaf ten ung ver wehr zahl öl ü stä",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A title, and paragraphs of HTML."""

    title: str
    paragraphs: tuple[str, ...]


def write(code: Code, dice: random.Random, *, event: int, paragraphs: int) -> Text:
    """An article about an event; articles about the same event share its names, in both languages."""
    names = _names(event)
    topical = _TOPICAL[code].split() if dice.random() < TOPICAL_SHARE else []
    title = _sentence(code, dice, 8, dice.choice(names))
    if dice.random() < MATCHING_SHARE:
        title = f"{_MATCHING[code]}: {title}"
    written = [_paragraph(code, dice, names, topical) for _ in range(paragraphs)]
    if paragraphs > 1 and dice.random() < 0.5:
        place = f"https://pictures.example/{event}.jpg"
        written.insert(1, f'<img src="{place}" alt="{names[0]}" width="640" height="360" />')
    return Text(title=title, paragraphs=tuple(written))


def _paragraph(code: Code, dice: random.Random, names: tuple[str, ...], topical: list[str]) -> str:
    sentences = []
    for number in range(SENTENCES):
        special = dice.choice(topical) if topical and not number and dice.random() < 0.3 else dice.choice(names)
        sentences.append(_sentence(code, dice, dice.randint(8, 20), special))
    if dice.random() < 0.3:
        sentences[1] = f'<a href="https://{names[0].lower()}.example/{dice.randrange(10**6)}">{sentences[1]}</a>'
    if dice.random() < 0.1:
        sentences[2] = f"<strong>{sentences[2]}</strong>"
    return ". ".join(sentences) + "."


def _sentence(code: Code, dice: random.Random, length: int, special: str) -> str:
    lexicon, weights = _lexicon(code)
    words = dice.choices(lexicon, cum_weights=weights, k=length)
    words[dice.randrange(1, length)] = special
    words[0] = words[0].capitalize()
    return " ".join(words)


def _names(event: int) -> tuple[str, ...]:
    """Three names that this event has and few others: a person, a place, a firm."""
    dice = random.Random(f"event {event}")
    return tuple("".join(dice.choices(_SYLLABLES["en"].split(), k=3)).capitalize() for _ in range(3))


@cache
def _lexicon(code: Code) -> tuple[list[str], list[float]]:
    """Words with the sums of their weights: the n-th word comes 1/n as often as the first."""
    lexicon = _COMMON[code].split()
    rare = _rare(code)
    lexicon += [next(rare) for _ in range(VOCABULARY - len(lexicon))]
    return lexicon, list(accumulate(1 / (rank + 2) for rank in range(VOCABULARY)))


def _rare(code: Code) -> Iterator[str]:
    dice = random.Random(code)
    syllables = _SYLLABLES[code].split()
    while True:
        word = "".join(dice.choices(syllables, k=dice.randint(2, 5)))
        yield word.capitalize() if code == "de" and dice.random() < 0.5 else word  # German nouns
