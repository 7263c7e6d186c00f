"""Endings of nouns and adjectives: what a word's ending may be exchanged for, by language.

The longest ending that a word has counts; "" is a word with none of the others, "-" stands for "nothing". Only
regular forms, from the declension tables of ordinary school grammars; every form is confirmed by the Snowball stemmer
before it is used (rules/inflection.py), but for those with "!", whose change of the stem no stemmer knows (Zentrum →
Zentren, serwer → serwerze, сбой → сбоев). Endings that would lead to another kind of word (German "twittern", Russian
"дать", Dutch "storen") are left out.
"""

_RU_HARD = "а у ом е ы ов ам ами ах"
_RU_VELAR = "а у ом е и ов ам ами ах"
_PL_NOUN = "a u owi em ie ze y ów om ami ach e"
_PL_VELAR = "a u owi iem i ów om ami ach"
_CS_NOUN = "u a ovi em e y ů ům ech ách ami y"

ENDINGS: dict[str, dict[str, str]] = {
    "cs": {
        "": _CS_NOUN,
        "a": "y u ou e ě - ám ách ami",
        "e": "i í ím ích emi",
        "o": "a u em ě - ům ech y",
        "um": "!a !u !em !ech !y !ům !-",
        "ost": "osti ostí ostem ostech ostmi",
        "í": "ího ímu ím ích ími",
        "ý": "á é ého ému ým ém ou ých ými í",
        "é": "á ý ého ému ým ém ou ých ými",
        "á": "é ý ou ých ým ými",
    },
    "da": {"": "er en et erne ene e s ens ets", "e": "en er erne es ens", "er": "eren erne ere ers"},
    "de": {
        "": "e en es s",  # not -er: "Netzwerker" is a person
        "e": "en",
        "er": "ern ers",
        "el": "eln els",
        "en": "ens",
        "es": "e en er em",
        "em": "e en er es",
        "um": "!en !ens !ums",
        "ung": "ungen",
        "heit": "heiten",
        "keit": "keiten",
        "schaft": "schaften",
        "ion": "ionen",
        "a": "as",
        "i": "is",
        "o": "os",
    },
    "es": {"": "es", "a": "as", "e": "es", "i": "is", "o": "os", "ión": "iones", "z": "ces", "s": "-"},
    "fr": {"": "s", "al": "aux als ale ales", "eau": "eaux", "eu": "eux", "s": "-", "x": "-", "aux": "al"},
    "it": {"": "-", "o": "i", "a": "e", "e": "i", "co": "ci chi", "go": "gi ghi", "ca": "che", "ga": "ghe", "i": "o"},
    "nl": {"": "en s", "e": "en es", "er": "ers", "el": "els", "en": "ens", "um": "!a !ums", "a": "as", "o": "os"},
    "no": {"": "er en et ene e a s", "e": "en er ene et es", "er": "eren ere erne ers"},
    "pl": {
        "": _PL_NOUN,
        "k": " ".join(f"k{ending}" for ending in _PL_VELAR.split()),
        "g": " ".join(f"g{ending}" for ending in _PL_VELAR.split()),
        "a": "y i ie ę ą o e - om ami ach",
        "ia": "i !ii ię ią ie iom iami iach io",
        "ja": "i ję ją je jom jami jach jo",
        "r": "ra ru rowi rem !rze ry rów rom rami rach",
        "ter": "tera teru terowi terem !terze tery terów terom terami terach !tra !tru !trem !try !trów !trami !trach",
        "um": "!a !ów !om !ami !ach",
        "o": "a u em ie - om ami ach",
        "ość": "ości ością ościom ościami ościach",
        "ie": "ia iu iem iom iami iach",
        "e": "ych ym ymi",
        "y": "a e ego emu ej ą ym ych ymi ów om ami ach",
        "i": "a ie iego iemu iej ą im ich imi ów om ami ach",
    },
    "pt": {
        "": "s es",
        "a": "as",
        "e": "es",
        "o": "os",
        "ão": "!ões ãos",
        "al": "!ais",
        "el": "!éis",
        "ol": "!óis",
        "m": "!ns",
        "s": "-",
    },
    "ro": {"": "i ul ului e ele ilor uri urile urilor", "u": "ul ului e ele elor", "ă": "a e ei ele elor i ilor"},
    "ru": {
        "": _RU_HARD,
        "г": " ".join(f"г{ending}" for ending in _RU_VELAR.split()),
        "к": " ".join(f"к{ending}" for ending in _RU_VELAR.split()),
        "х": " ".join(f"х{ending}" for ending in _RU_VELAR.split()),
        "й": "я ю ем е и ев ям ями ях",
        "ь": "я ю ем е и ей ям ями ях ью",
        "а": "ы и е у ой ою - ам ами ах",
        "я": "и е ю ей ь ям ями ях",
        "ия": "ии ию ией ий иям иями иях",
        "о": "а у ом е - ам ами ах",
        "ие": "ия ию ием ии ий иям иями иях",
        "ы": "- а у ом е ов ам ами ах",
        "и": "- а у ом е ов ам ами ах й ь я ев ей ям ями ях",
        "ый": "ая ое ые ого ому ым ом ой ую ых ыми",
        "ой": "ая ое ые ого ому ым ом ую ых ыми !оя !ою !оем !ое !ои !оев !оям !оями !оях",
        "ий": "ая ое ие ого его ому ему им ом ем ой ей ую юю их ими",
        "ая": "ый ий ое ые ие ого ому ым им ой ую ых их ыми ими",
        "ое": "ый ий ая ые ие ого ому ым им ом ой ую ых их ыми ими",
        "ые": "ый ая ое ого ому ым ом ой ую ых ыми",
    },
    "sv": {
        "": "ar er en et n arna erna ens ets s",
        "a": "or orna an ans",
        "e": "ar arna en ens",
        "er": "ern ers",
        "um": "!umet !umets",
    },
}
