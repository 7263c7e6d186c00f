"""What the conversation says of itself, in every language of the interface. Plain values; HTML where there are tags.

`{name}` is filled in by `say`, which takes values that are HTML already: what others wrote is escaped by who calls.
What a source said is never translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.files import words as files
from bot.chat.setting import words as settings

_EN = {
    "not_done": "That did not work. The log of the service says why.",
    "unknown_command": "There is no such command. /help shows those that there are.",
    "usage": "Write: {usage}",
    "pairing": "Your code: <code>{code}</code>\nIt is good for ten minutes. Give it to whoever runs this bot.",
    "paired": "This chat is paired",
    "paired_more": "It gets alerts from now on. /help shows what you can ask.",
    "paired_operator": "It is the operator chat: it is told of trouble, and may do everything.",
    "pair_done": "Paired: {name} is the chat <b>{chat}</b> from now on.",
    "pair_unknown": "No chat waits with this code. A code is good for ten minutes.",
    "start": "This is <b>rackwatch</b>. Alerts of this chat come here.",
    "help_title": "<b>Commands</b>",
    "untitled": "(untitled)",
    "latest": "<b>Latest stories</b>",
    "latest_of": "<b>Latest stories: {watch}</b>",
    "latest_none": "No story yet.",
    "no_watch": "There is no such watch here. There are: {watches}",
    "found": "<b>Search: {words}</b> · page {page}",
    "found_none": "Nothing found for {words}.",
    "nothing_to_search": "Give at least one word that is not excluded.",
    "search_gone": "This search is not known any more; please search again.",
    "older": "Older ›",
    "newer": "‹ Newer",
    "story": "Story {number}",
    "story_none": "There is no story {number}.",
    "story_merged": "It is one with story {number}.",
    "articles": "{count} articles",
    "more": "… and {count} more",
    "why_title": "<b>Why A{number}?</b> {title}",
    "why_none": "Answer an alert with /why, or write its number: /why A17.",
    "why_because": "because: {reason}",
    "why_matched": "matched: {reason}",
    "why_gone": "This rule is not in force any more.",
    "why_not_now": "It does not match any more, because: {reason}",
    "why_changed": "The rule was changed since; this is how it reads the article now.",
    "why_others": "<b>The story's other articles</b>",
    "alert_gone": "This alert, or this button of it, is not known any more.",
    "vote_toast": "One vote a person: the other button changes it, the same one takes it back.",
    "mute_toast": "The button shows how it stands, and changes it back.",
    "votes": "A{number}: 👍 {up} · 👎 {down}",
    "story_muted": "This chat hears no more of the story of A{number}.",
    "story_unmuted": "This chat hears of the story of A{number} again.",
    "more_title": "<b>{title}</b>\n{story} · A{number}",
    "more_sources": "Sources: {links}",
    "more_timeline": "<b>Timeline</b>",
    "more_related": "<b>Related</b>",
    "more_cites": "cites {names}",
    "more_copy": "a copy",
    "other": "Not this story…",
    "other_which": "<b>Which article is another story?</b>\n{story}: {title}",
    "other_page": "Page {page} of {pages}",
    "other_sure": "<b>Is this another story?</b>\n{article}\n\nIt gets a story of its own, and a message without a bell"
    " in each chat that was told of it. The two are not joined again by themselves;"
    " <code>rackwatch stories merge</code> does.",
    "other_yes": "Yes, another story",
    "other_no": "No",
    "other_back": "Back",
    "other_gone": "That article is not in this story any more, or it is all of it.",
    "other_done": "{article}\nis story {made} now; story {number} keeps the others.",
    "watches": "<b>Watches of this chat</b>",
    "watches_none": "The rules have no watches.",
    "follow": "Follow {watch}",
    "unfollow": "Leave {watch}",
    "last_watch": "A chat follows at least one watch; /mute silences it.",
    "watch_gone": "This watch is no longer there.",
    "muted": "Alerts wait until {until}. Nothing is lost; /unmute lets them come at once.",
    "mute_wrong": "How long? Write for example /mute 2h, at most 30d.",
    "unmuted": "Alerts come again.",
    "sources": "<b>Sources</b>: {count}, {failing} failing",
    "sources_none": "No source yet.",
    "never": "never",
    "ago": "{span} ago",
    "paused_source": "paused",
    "status": "<b>Status</b>",
    "status_rules": "rules: {rules} in {watches} watches, version {version}",
    "status_sources": "sources: {sources}, {paused} paused, {failing} failing",
    "status_archive": "archive: {entries} articles, {stories} stories",
    "status_outbox": "alerts: {alerts}; {sent} deliveries sent, {waiting} waiting, {dead} dead",
    "status_look": "last look: {ago}",
    "status_paused": "paused: {chat}: {reason}",
    "rules": "<b>Rules</b>",
    "rules_none": "There are no rules.",
    "rule_none": "There is no rule or watch with this name. /rules lists them.",
    "rule_priority": "priority: {priority}",
    "rules_usage": "/rules, /rules show NAME, or /rules report 90d",
    "digest_gone": "This digest is not known any more.",
    "digest_waits": "<b>Waiting for the digest: {count}</b>",
    "digest_how": "/digest now tells it at once.",
    "digest_at": "• {when}: {count}",
    "digest_next": "Nothing waits. The next digest comes at {when}.",
    "digest_none": "Nothing waits. No digest is set here: alerts wait in quiet hours only.",
    "digest_muted": "This chat is paused until {until}; /unmute lets alerts come.",
}

_DE = {
    "not_done": "Das hat nicht geklappt. Warum, steht im Protokoll des Dienstes.",
    "unknown_command": "Diesen Befehl gibt es nicht. /help zeigt, welche es gibt.",
    "usage": "So geht es: {usage}",
    "pairing": "Dein Code: <code>{code}</code>\nEr gilt zehn Minuten. Gib ihn der Person, die diesen Bot betreibt.",
    "paired": "Dieser Chat ist verbunden",
    "paired_more": "Ab jetzt kommen Meldungen. /help zeigt, was du fragen kannst.",
    "paired_operator": "Er ist der Chat des Betreibers: Er hört von Störungen und darf alles.",
    "pair_done": "Verbunden: {name} ist ab jetzt der Chat <b>{chat}</b>.",
    "pair_unknown": "Mit diesem Code wartet kein Chat. Ein Code gilt zehn Minuten.",
    "start": "Das ist <b>rackwatch</b>. Die Meldungen dieses Chats kommen hierher.",
    "help_title": "<b>Befehle</b>",
    "untitled": "(ohne Titel)",
    "latest": "<b>Neueste Geschichten</b>",
    "latest_of": "<b>Neueste Geschichten: {watch}</b>",
    "latest_none": "Noch keine Geschichte.",
    "no_watch": "Dieses Thema gibt es hier nicht. Es gibt: {watches}",
    "found": "<b>Suche: {words}</b> · Seite {page}",
    "found_none": "Nichts gefunden zu {words}.",
    "nothing_to_search": "Gib mindestens ein Wort an, das nicht ausgeschlossen ist.",
    "search_gone": "Diese Suche ist nicht mehr bekannt; bitte such noch einmal.",
    "older": "Älter ›",
    "newer": "‹ Neuer",
    "story": "Geschichte {number}",
    "story_none": "Es gibt keine Geschichte {number}.",
    "story_merged": "Sie ist eins mit Geschichte {number}.",
    "articles": "{count} Artikel",
    "more": "… und {count} weitere",
    "why_title": "<b>Warum A{number}?</b> {title}",
    "why_none": "Antworte auf eine Meldung mit /why, oder schreib ihre Nummer: /why A17.",
    "why_because": "weil: {reason}",
    "why_matched": "traf zu: {reason}",
    "why_gone": "Diese Regel gilt nicht mehr.",
    "why_not_now": "Sie trifft nicht mehr zu, denn: {reason}",
    "why_changed": "Die Regel wurde seither geändert; so liest sie den Artikel jetzt.",
    "why_others": "<b>Die anderen Artikel der Geschichte</b>",
    "alert_gone": "Diese Meldung, oder dieser Knopf daran, ist nicht mehr bekannt.",
    "vote_toast": "Eine Stimme je Person: der andere Knopf ändert sie, derselbe nimmt sie zurück.",
    "mute_toast": "Der Knopf zeigt, wie es steht, und macht es rückgängig.",
    "votes": "A{number}: 👍 {up} · 👎 {down}",
    "story_muted": "Dieser Chat hört nichts mehr von der Geschichte von A{number}.",
    "story_unmuted": "Dieser Chat hört wieder von der Geschichte von A{number}.",
    "more_title": "<b>{title}</b>\n{story} · A{number}",
    "more_sources": "Quellen: {links}",
    "more_timeline": "<b>Verlauf</b>",
    "more_related": "<b>Verwandt</b>",
    "more_cites": "beruft sich auf {names}",
    "more_copy": "eine Kopie",
    "other": "Andere Geschichte…",
    "other_which": "<b>Welcher Artikel ist eine andere Geschichte?</b>\n{story}: {title}",
    "other_page": "Seite {page} von {pages}",
    "other_sure": "<b>Ist das eine andere Geschichte?</b>\n{article}\n\nSie wird eine eigene Geschichte, mit einer"
    " Meldung ohne Ton in jedem Chat, der davon gehört hat. Von selbst werden die beiden nicht wieder eins; das macht"
    " <code>rackwatch stories merge</code>.",
    "other_yes": "Ja, eine andere Geschichte",
    "other_no": "Nein",
    "other_back": "Zurück",
    "other_gone": "Dieser Artikel gehört nicht mehr zu dieser Geschichte, oder er ist ihr einziger.",
    "other_done": "{article}\nist jetzt Geschichte {made}; Geschichte {number} behält die anderen.",
    "watches": "<b>Themen dieses Chats</b>",
    "watches_none": "Die Regeln haben keine Themen.",
    "follow": "{watch} folgen",
    "unfollow": "{watch} verlassen",
    "last_watch": "Ein Chat folgt mindestens einem Thema; /mute schaltet ihn stumm.",
    "watch_gone": "Dieses Thema gibt es nicht mehr.",
    "muted": "Meldungen warten bis {until}. Nichts geht verloren; mit /unmute kommen sie sofort.",
    "mute_wrong": "Wie lange? Schreib zum Beispiel /mute 2h, höchstens 30d.",
    "unmuted": "Meldungen kommen wieder.",
    "sources": "<b>Quellen</b>: {count}, {failing} gestört",
    "sources_none": "Noch keine Quelle.",
    "never": "nie",
    "ago": "vor {span}",
    "paused_source": "angehalten",
    "status": "<b>Zustand</b>",
    "status_rules": "Regeln: {rules} in {watches} Themen, Version {version}",
    "status_sources": "Quellen: {sources}, {paused} angehalten, {failing} gestört",
    "status_archive": "Archiv: {entries} Artikel, {stories} Geschichten",
    "status_outbox": "Meldungen: {alerts}; {sent} Zustellungen gesendet, {waiting} warten, {dead} gescheitert",
    "status_look": "letzter Blick: {ago}",
    "status_paused": "angehalten: {chat}: {reason}",
    "rules": "<b>Regeln</b>",
    "rules_none": "Es gibt keine Regeln.",
    "rule_none": "Keine Regel und kein Thema heißt so. /rules zählt sie auf.",
    "rule_priority": "Priorität: {priority}",
    "rules_usage": "/rules, /rules show NAME oder /rules report 90d",
    "digest_gone": "Diesen Überblick gibt es nicht mehr.",
    "digest_waits": "<b>Für den Überblick warten: {count}</b>",
    "digest_how": "Mit /digest now kommt er sofort.",
    "digest_at": "• {when}: {count}",
    "digest_next": "Nichts wartet. Der nächste Überblick kommt {when}.",
    "digest_none": "Nichts wartet. Hier ist kein Überblick eingestellt: Meldungen warten nur in den Ruhezeiten.",
    "digest_muted": "Dieser Chat pausiert bis {until}; mit /unmute kommen Meldungen.",
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {**_EN, **settings.EN, **files.EN},
    "de": {**_DE, **settings.DE, **files.DE},
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str
    _texts: Mapping[str, str]

    def say(self, key: str, /, **values: object) -> str:
        """The words under this key with these values, which are HTML already. Raises KeyError for an unknown key."""
        return self._texts[key].format(**values)


def words_in(language: str) -> Words:
    return Words(language, WORDS[language])


def both(key: str) -> Mapping[str, str]:
    """The words under this key by language, for tables."""
    return {language: texts[key] for language, texts in WORDS.items()}
