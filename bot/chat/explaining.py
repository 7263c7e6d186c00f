"""What an explanation of a rule says, by language. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rules import Phrases

_GERMAN = Phrases(
    not_found="nicht gefunden",
    not_counted="zählt nicht: {why}",
    other_language="„{word}“ zählt nur in der Sprache {languages}; hier ist es {language}",
    in_not_phrase="„{word}“ steht in einer Wendung unter 'not:' („{around}“)",
    elsewhere="„{word}“ steht im {field}",
    after_lead="„{word}“ steht im {field}, nach seinen ersten {words} Wörtern",
    apart="„{left}“ und „{right}“ sind {words} Wörter auseinander; {within} sind erlaubt",
    language_is="die Sprache ist {language}, nicht {wanted}",
    source_is="die Quelle ist {source}, nicht {wanted}",
    no_tag="die Quelle hat die Marke '{wanted}' nicht",
    unknown="unbekannt",
    quoted="„{text}“",
    excluded="{part} ist ausgeschlossen{where}, und wurde gefunden: {what}",
    absent="{part} wurde nicht gefunden{where}",
    in_the=" ({field})",
    judges="sie urteilt über Artikel {period}; dieser ist vom {date} UTC",
    period_from="ab {moment}",
    period_until="vor {moment}",
    fields={"title": "Titel", "text": "Text", "lead": "Anfang", "url": "Adresse", "author": "Verfasser"},
)

PHRASES: Mapping[str, Phrases] = MappingProxyType({"en": Phrases(), "de": _GERMAN})
