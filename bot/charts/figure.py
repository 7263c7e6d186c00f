"""A chart drawn with matplotlib: the one file that imports it, and only child processes import this. No I/O but fonts'.

The figure is as wide as a phone and as high as it needs: 1080 pixels of its width are about 390 of a phone's own, so
that 13 points are read as 13 pixels of the phone.
"""

from __future__ import annotations

from io import BytesIO

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

from bot.charts.chart import Chart, Panel

WIDTH = 5.4
"""Inches; with SHARPNESS 1080 pixels. Telegram shows a photo of at most 1280 without scaling it down."""

SHARPNESS = 200

STORIES = "#0072B2"
ALERTS = "#D55E00"
"""Blue and vermilion of Okabe and Ito's palette, told apart with every kind of colour blindness, and in grey."""

INK = "#1A1A1A"
FAINT = "#6B6B6B"
LINE = "#B8B8B8"

HEAD, FOOT = 0.98, 0.5
TALLEST, LOWEST, ALL_PANELS = 1.75, 0.98, 7.6
"""Inches of a panel: few are high, many are low, and never too low for their two lines of text."""

PEAK = 0.19
"""Inches above the highest bar, for its number."""

LABEL_ROOM = 34
"""Letters of a panel's name that stand beside its total."""

SMALLEST_TOP = 3
"""A panel's height stands for so many at least, so that a single story is no tower."""


def png(chart: Chart) -> bytes:
    """The chart as a picture."""
    out = BytesIO()
    figure(chart).savefig(out, format="png", dpi=SHARPNESS)
    return out.getvalue()


def figure(chart: Chart) -> Figure:
    """The chart, laid out."""
    rcParams["text.parse_math"] = False  # a "$" in a title is a dollar
    rcParams["font.size"] = 13
    each = max(LOWEST, min(TALLEST, ALL_PANELS / max(1, len(chart.panels))))
    height = HEAD + each * len(chart.panels) + FOOT
    made = Figure(figsize=(WIDTH, height), facecolor="white")
    FigureCanvasAgg(made)
    made.text(0.045, 1 - 0.36 / height, chart.title, fontsize=17, fontweight="bold", color=INK, va="center")
    made.text(0.045, 1 - 0.68 / height, chart.note, fontsize=12.5, color=FAINT, va="center")
    for number, panel in enumerate(chart.panels):
        top = HEAD + each * number
        axes = made.add_axes((0.045, 1 - (top + each - 0.06) / height, 0.91, (each - 0.5) / height))
        _draw(axes, panel, chart, room=PEAK / (each - 0.5), last=number == len(chart.panels) - 1)
    return made


def _draw(axes: Axes, panel: Panel, chart: Chart, *, room: float, last: bool) -> None:
    """`room` is the share of the height that is kept for the number above the highest bar."""
    count = len(panel.bars)
    colour = ALERTS if panel.accent else STORIES
    axes.bar(range(count), panel.bars, width=0.8, color=colour, linewidth=0)
    axes.set_xlim(-0.6, count - 0.4)
    peak = max(panel.bars, default=0)
    axes.set_ylim(0, max(peak, SMALLEST_TOP) / (1 - room))
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)
    axes.set_yticks([])
    places = [place for place, _ in chart.ticks]
    axes.set_xticks(places, [text for _, text in chart.ticks] if last else [""] * len(places))
    axes.tick_params(axis="x", length=4, color=LINE, labelcolor=INK, labelsize=12.5)
    _keep_inside(axes)
    axes.text(0, 1.06, _label(panel), transform=axes.transAxes, fontsize=13.5, color=INK, va="bottom")
    axes.text(
        1, 1.06, panel.total, transform=axes.transAxes, fontsize=13.5, fontweight="bold", color=colour,
        va="bottom", ha="right",
    )  # fmt: skip
    if peak > 1:
        at = panel.bars.index(peak)
        side = "left" if at < count * 0.04 else "right" if at > count * 0.96 else "center"
        place = {"left": at - 0.4, "right": at + 0.4, "center": at}[side]
        axes.text(place, peak, f"{peak}", ha=side, va="bottom", fontsize=11.5, color=INK)


def _keep_inside(axes: Axes) -> None:
    """The first and the last day would stand out of the picture if they were centred."""
    names = axes.get_xticklabels()
    if len(names) > 1:
        names[0].set_horizontalalignment("left")
        names[-1].set_horizontalalignment("right")


def _label(panel: Panel) -> str:
    """The watch's title where the font has its letters: matplotlib's own has no Chinese ones, and draws boxes."""
    known = get_font(findfont(FontProperties())).get_charmap()
    label = panel.label if all(ord(letter) in known for letter in panel.label) else panel.plain_label
    return label if len(label) <= LABEL_ROOM else f"{label[: LABEL_ROOM - 1].rstrip()}…"
