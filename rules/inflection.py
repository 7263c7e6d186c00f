"""Regular endings of a term's last word, small and safe, for languages written in Latin letters.

A form that could be another word is left out, so a rule stays predictable: German `-n` would turn Twitter
into "twittern" (to tweet), Italian `-e` would turn "data" into "date". Where a language inflects more (Polish,
Russian, French "centres de données"), the rule lists the forms or uses `x*`.
"""

import unicodedata

_SHORTEST = 4  # shorter words are mostly names and abbreviations: "xAI", "AWS", "SMF"
_SIBILANT = ("s", "x", "z", "ch", "sh")
_VOWELS = "aeiou"


def inflections(written: str, folded: str) -> list[str]:
    """Folded forms of one folded word, itself first; `written` shows its letter case."""
    if len(folded) < _SHORTEST or not _latin(folded) or written.isupper():
        return [folded]
    name = written[:1].isupper()
    forms = [folded, *_plural(folded, name=name)]
    if folded.endswith("um") and len(folded) > 5:  # Zentrum → Zentren, centrum → centra
        forms += [folded[:-2] + "en", folded[:-2] + "a"]
    if name and folded.endswith(("ung", "heit", "keit", "schaft", "ion")):  # German nouns
        forms.append(folded + "en")
    if name and folded.endswith(("age", "enz", "ie")):  # Anlage → Anlagen; not "-e" at large: names
        forms.append(folded + ("en" if folded.endswith("z") else "n"))
    return list(dict.fromkeys(forms))


def _plural(word: str, *, name: bool) -> list[str]:
    if word.endswith(_SIBILANT):
        return [] if name or word.endswith("s") else [word + "es"]
    if word.endswith("y") and word[-2] not in _VOWELS:
        return [word + "s"] if name else [word[:-1] + "ies"]
    forms = [word + "s"]
    if name:
        return forms
    if word.endswith(("dor", "cion", "dad")):  # servidor → servidores, instalación → instalaciones
        forms.append(word + "es")
    if word.endswith("cao"):  # instalação → instalações
        forms.append(word[:-2] + "oes")
    if word.endswith("eau"):  # réseau → réseaux
        forms.append(word + "x")
    return forms


def _latin(word: str) -> bool:
    return all(
        (letter.isascii() and letter.isalpha()) or unicodedata.name(letter, "").startswith("LATIN") for letter in word
    )
