"""A message as Telegram shows it on a phone, as a page of HTML. Pure."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.charts.chart import Chart
from tests.servers.telegram_html import parse_html

WIDTH = 390
"""CSS pixels of a phone that many people have."""

_TAGS = {"bold": "b", "italic": "i", "text_link": "a", "hashtag": "a", "code": "code"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message: its HTML as it is sent, its keyboard, when it came, the headline of what it answers, its photo."""

    html: str
    sent: str
    buttons: Sequence[Sequence[str]] = ()
    edited: bool = False
    answers: str = ""
    photo: Chart | None = None


def page(bubbles: Sequence[Bubble]) -> str:
    """A chat with these messages. It says its own height in `data-height`."""
    shown = "\n".join(_bubble(bubble) for bubble in bubbles)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>rackwatch</title><style>{_STYLE}</style></head>
<body><main>{shown}</main><script>
document.documentElement.dataset.height =
  Math.ceil(document.querySelector("main").getBoundingClientRect().bottom);
</script></body></html>
"""


def _bubble(bubble: Bubble) -> str:
    quoted = f'<div class="quote"><b>rackwatch</b><br>{html.escape(bubble.answers)}</div>' if bubble.answers else ""
    photo = f"<img data-chart='{html.escape(json.dumps(bubble.photo.to_json()))}'>" if bubble.photo is not None else ""
    when = f"{'edited ' if bubble.edited else ''}{bubble.sent}"
    rows = "".join(
        f'<div class="row">{"".join(f"<span>{_picture(key)}</span>" for key in row)}</div>' for row in bubble.buttons
    )
    return (
        f'<div class="message"><div class="bubble">{quoted}{photo}<div class="text">{_text(bubble.html)}'
        f'<span class="room">{when}</span></div><div class="time">{when}</div></div>{rows}</div>'
    )


def with_photos(page: str, draw: Callable[[Chart], bytes]) -> str:
    """The page with its charts drawn. Apart from the page, which is the same wherever it is made."""

    def drawn(found: re.Match[str]) -> str:
        picture = draw(Chart.from_json(json.loads(html.unescape(found[1]))))
        return f'src="data:image/png;base64,{base64.b64encode(picture).decode()}"'

    return re.sub("data-chart='([^']*)'", drawn, page)


def _text(markup: str) -> str:
    """The text with its entities, as the server would hand them to the phone: offsets count UTF-16 units."""
    parsed = parse_html(markup)
    entities = [*parsed.entities, *_hashtags(parsed.text)]
    data = parsed.text.encode("utf-16-le")
    opens: dict[int, list[str]] = {}
    closes: dict[int, list[str]] = {}
    for entity in sorted(entities, key=lambda one: (one["offset"], -one["length"])):
        tag = _TAGS[entity["type"]]
        opens.setdefault(entity["offset"], []).append(f"<{tag}>")
        closes.setdefault(entity["offset"] + entity["length"], []).insert(0, f"</{tag}>")
    borders = sorted({0, len(data) // 2, *opens, *closes})
    out = []
    for start, end in zip(borders, [*borders[1:], borders[-1]], strict=True):
        out += [*closes.get(start, ()), *opens.get(start, ())]
        out.append(html.escape(data[2 * start : 2 * end].decode("utf-16-le"), quote=False))
    return _picture("".join(out), escaped=True)


def _hashtags(text: str) -> list[dict[str, object]]:
    """What Telegram makes a link of by itself."""
    found, at = [], 0
    for word in text.replace("\n", " ").split(" "):
        if word.startswith("#") and len(word) > 1:
            found.append({"type": "hashtag", "offset": at, "length": len(word)})
        at += len(word.encode("utf-16-le")) // 2 + 1
    return found


_THUMB = (
    '<svg class="sign{turned}" viewBox="0 0 24 24"><path fill="#f5b83d" stroke="#c98a12" '
    'd="M3 11h4v10H3z M8 11l4-8c2 0 3 1.5 2.6 3.2L14 9h5.5c1.5 0 2.3 1.3 2 2.6l-1.8 7.6'
    'c-.3 1.1-1 1.8-2.2 1.8H8z"/></svg>'
)
_SIGNS = {
    "👍": _THUMB.format(turned=""),
    "👎": _THUMB.format(turned=" down"),
    "❗": '<svg class="sign" viewBox="0 0 24 24"><path fill="#e2332b" '
    'd="M9.5 1h5l-.8 14h-3.4zM12 17.5a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 1 1 0-5.4z"/></svg>',
}
"""Signs are drawn, since not every machine has them in colour; these are what messages and buttons use."""


def _picture(text: str, *, escaped: bool = False) -> str:
    text = text if escaped else html.escape(text, quote=False)
    for sign, drawing in _SIGNS.items():
        text = text.replace(sign, drawing)
    return text


_STYLE = f"""
* {{ box-sizing: border-box }}
html {{ background: #c3d6ae }}
body {{ margin: 0; width: {WIDTH}px; font: 16px/1.32 Roboto, "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans",
  "Noto Sans CJK SC", sans-serif; color: #000 }}
main {{ padding: 10px 8px; display: flow-root }}
.message {{ width: 352px; margin-bottom: 4px }}
.bubble {{ position: relative; background: #fff; border-radius: 14px; border-bottom-left-radius: 5px;
  padding: 7px 10px 7px 11px; box-shadow: 0 1px 1px rgba(0, 0, 0, .15) }}
.bubble img {{ display: block; width: calc(100% + 21px); margin: -7px -10px 7px -11px; border-radius: 14px 14px 0 0 }}
.text {{ white-space: pre-wrap; overflow-wrap: break-word }}
.text a {{ color: #168acd }}
.time {{ position: absolute; right: 10px; bottom: 5px; font-size: 12px; color: #9aa3a8 }}
.room {{ display: inline-block; font-size: 12px; height: 1px; visibility: hidden; padding-left: 12px }}
.quote {{ border-left: 3px solid #3fa2e3; background: #eaf5fc; border-radius: 5px; padding: 4px 8px; margin: 1px 0 6px;
  font-size: 14px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }}
.quote b {{ color: #2a8fd0 }}
.row {{ display: flex; gap: 4px; margin-top: 4px }}
.row span {{ flex: 1; text-align: center; background: rgba(58, 92, 62, .55); color: #fff; border-radius: 8px;
  padding: 8px 4px; font-size: 15px; font-weight: 500 }}
.sign {{ height: 1.1em; width: 1.1em; vertical-align: -.15em }}
.row .sign {{ height: 1.35em; width: 1.35em; vertical-align: -.3em }}
.down {{ transform: rotate(180deg) scaleX(-1) }}
"""
