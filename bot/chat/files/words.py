"""What the conversation says of files that are sent, and of changes of rules, in every language. See `bot.chat.words`.

What a file's own mistakes are is said in English, as on the command line: it speaks of what stands in the file.
"""

from __future__ import annotations

EN = {
    "unknown_file": "Send a rule file (.yaml, .yml), or a list of feeds (.opml). Other files are not read.",
    "file_too_large": "{name} is too large: at most {most} are taken.",
    "file_not_fetched": "Telegram did not hand out {name}. Please send it again.",
    "file_slow": "{name} took too long to look at. Use the command line for it.",
    "file_name": "This name is not taken: a rule file is named with letters, figures, '.', '-' and '_' only, and ends "
    "in .yaml or .yml. Rename the file and send it again.",
    "file_several": "Several rule files are named {name}, in different folders. Edit them on the machine.",
    "rules_new": "a new file",
    "rules_replaces": "takes the place of the old one",
    "rules_old": "as it was in force once",
    "rules_mistakes": "<b>{file}</b>: mistakes. Nothing was changed.",
    "rules_failing": "<b>{file}</b>: tests or settings do not agree with it. Nothing was changed.",
    "rules_plan": "<b>{file}</b> ({what}): no mistakes; tests passed: {tests}.",
    "rules_waiting": "In the folder stand edits that are not in force: {files}. They come along, or are replaced; what "
    "is replaced is kept as *.bak.",
    "rules_effect": "Against the rules in force: +{added} −{removed} alerts in {period}",
    "rules_first_look": "(and +{added} −{removed} stories that were there at the first look)",
    "rules_same": "No rule changes.",
    "rules_warnings": "Warnings",
    "rules_settled": "<b>{file}</b>: in force already, version {version}.",
    "rules_apply": "Apply",
    "rules_restore": "Restore",
    "rules_moved": "Files or rules have changed meanwhile. This is how it looks now; nothing was written yet.",
    "rules_gone": "This file is not known any more: it waits for a day. Please send it again.",
    "rules_put": "<b>{file}</b> is in force, version {version}. Files changed: {count}; what was there stands beside "
    "them as *.bak.",
    "rules_not_put": "Not done: {reason}",
    "rules_version": "version {version}",
    "rules_no_version": "There is no such version. /rules history lists them.",
    "rules_history": "<b>Rules in force, newest first</b>",
    "rules_history_usage": "/rules history, /rules restore, or /rules restore VERSION",
    "rules_report": "<b>Rules and votes</b>, last {period}",
    "rules_report_none": "No alerts yet.",
    "rules_report_line": "alerts: {alerts} · 👍 {up} 👎 {down}",
    "rules_precision": "wanted {share} % (95 %: {low}–{high} %)",
    "rules_only_in": "only in 👎: {words}",
    "rules_report_wrong": "How far back? Write for example /rules report 90d.",
    "hours": "{count} hours",
    "days": "{count} days",
    "opml_done": "<b>{file}</b>: {new} added, {known} known already, {refused} refused.",
    "opml_follows": "The service reads them within seconds; /sources shows how they fare.",
    "opml_known": "known as {key}",
    "opml_declares": "<b>{file}</b> declares names of its own in a DOCTYPE, which no list of feeds needs. Nothing was "
    "changed.",
    "opml_nothing": "<b>{file}</b>: nothing usable. Nothing was changed.",
}

DE = {
    "unknown_file": "Schick eine Regeldatei (.yaml, .yml) oder eine Liste von Feeds (.opml). Andere Dateien werden "
    "nicht gelesen.",
    "file_too_large": "{name} ist zu groß: höchstens {most} werden angenommen.",
    "file_not_fetched": "Telegram hat {name} nicht herausgegeben. Bitte schick die Datei noch einmal.",
    "file_slow": "{name} zu prüfen hat zu lange gedauert. Nimm dafür die Befehlszeile.",
    "file_name": "Dieser Name geht nicht: Eine Regeldatei heißt nur aus Buchstaben, Ziffern, '.', '-' und '_' und "
    "endet auf .yaml oder .yml. Benenne die Datei um und schick sie noch einmal.",
    "file_several": "Mehrere Regeldateien in verschiedenen Ordnern heißen {name}. Ändere sie auf dem Rechner.",
    "rules_new": "eine neue Datei",
    "rules_replaces": "tritt an die Stelle der alten",
    "rules_old": "wie sie einmal galt",
    "rules_mistakes": "<b>{file}</b>: Fehler. Nichts wurde geändert.",
    "rules_failing": "<b>{file}</b>: Tests oder Einstellungen passen nicht dazu. Nichts wurde geändert.",
    "rules_plan": "<b>{file}</b> ({what}): keine Fehler; bestandene Tests: {tests}.",
    "rules_waiting": "Im Ordner stehen Änderungen, die nicht gelten: {files}. Sie kommen mit oder werden ersetzt; was "
    "ersetzt wird, bleibt als *.bak.",
    "rules_effect": "Gegenüber den geltenden Regeln: +{added} −{removed} Meldungen in {period}",
    "rules_first_look": "(und +{added} −{removed} Geschichten, die beim ersten Blick schon da waren)",
    "rules_same": "Keine Regel ändert sich.",
    "rules_warnings": "Warnungen",
    "rules_settled": "<b>{file}</b>: gilt bereits, Version {version}.",
    "rules_apply": "Anwenden",
    "rules_restore": "Zurück zur alten Fassung",
    "rules_moved": "Dateien oder Regeln haben sich inzwischen geändert. So sieht es jetzt aus; noch wurde nichts "
    "geschrieben.",
    "rules_gone": "Diese Datei ist nicht mehr bekannt: Sie wartet einen Tag. Bitte schick sie noch einmal.",
    "rules_put": "<b>{file}</b> gilt, Version {version}. Geänderte Dateien: {count}; was dort stand, steht daneben als "
    "*.bak.",
    "rules_not_put": "Nicht getan: {reason}",
    "rules_version": "Version {version}",
    "rules_no_version": "Diese Version gibt es nicht. /rules history zählt sie auf.",
    "rules_history": "<b>Geltende Regeln, neueste zuerst</b>",
    "rules_history_usage": "/rules history, /rules restore oder /rules restore VERSION",
    "rules_report": "<b>Regeln und Stimmen</b>, letzte {period}",
    "rules_report_none": "Noch keine Meldungen.",
    "rules_report_line": "Meldungen: {alerts} · 👍 {up} 👎 {down}",
    "rules_precision": "erwünscht {share} % (95 %: {low}–{high} %)",
    "rules_only_in": "nur in 👎: {words}",
    "rules_report_wrong": "Wie weit zurück? Schreib zum Beispiel /rules report 90d.",
    "hours": "{count} Stunden",
    "days": "{count} Tagen",
    "opml_done": "<b>{file}</b>: {new} neu, {known} schon bekannt, {refused} abgelehnt.",
    "opml_follows": "Der Dienst liest sie in wenigen Sekunden; /sources zeigt, wie es ihnen geht.",
    "opml_known": "bekannt als {key}",
    "opml_declares": "<b>{file}</b> erklärt in einem DOCTYPE eigene Namen, die keine Liste von Feeds braucht. Nichts "
    "wurde geändert.",
    "opml_nothing": "<b>{file}</b>: nichts Brauchbares. Nichts wurde geändert.",
}
