"""The menu's screens: each is a text and its buttons. All that they remember stands in the buttons' data.

set:main                      all settings
set:NAME                      one of them, with what it can be
set:NAME.STEP.STEP            a value that is picked in steps (steps.py, zones.py)
set:NAME=VALUE  set:NAME+VALUE  set:NAME-MARK  set:NAME!    set, add, take away, as the file says (changing.py)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256

from bot.alerts.keyboard import Key, Keyboard
from bot.chat.authority import Needs
from bot.chat.commands.watches import shown as shown_watches
from bot.chat.registry import Call
from bot.chat.setting import steps, zones
from bot.chat.setting.values import CHOICES, LABELS, back_label, line, said_time, written

Screen = tuple[str, Keyboard]

HINTS = {
    "min_priority": "hint_min_priority",
    "silent": "hint_silent",
    "preview": "hint_preview",
    "language": "hint_language",
    "urgent": "hint_urgent",
}
QUIET = ("22:00-07:00", "23:00-07:00", "00:00-06:00", "sat-sun")
DIGESTS = ("daily 08:00", "daily 18:00")
PAUSES = ("1h", "8h", "1d", "7d")


def main(call: Call, muted: datetime | None) -> Screen:
    """Every setting with its value and where that comes from; buttons for who may change them."""
    words = call.words
    lines = [f"{words.say(label)}: {line(call, name)}" for name, label in LABELS.items()]
    lines.append(f"{words.say('label_mute')}: {_pause(call, muted)}")
    keys = [Key(text=words.say(label), data=f"set:{name}") for name, label in LABELS.items()]
    keys.append(Key(text=words.say("label_mute"), data="set:mute"))
    keyboard = steps.rows(keys, 2) if call.role >= Needs.ADMIN else ()
    return "\n".join([words.say("settings"), "", *lines]), keyboard


def setting(call: Call, name: str, path: str = "") -> Screen:
    """One setting, or a step on the way to a value of it."""
    return SCREENS[name](call, path)


def pause(call: Call, muted: datetime | None) -> Screen:
    words = call.words
    keys = [Key(text=length, data=f"set:mute={length}") for length in PAUSES]
    off = Key(text=_marked(words.say("off"), now=muted is None), data="set:mute=off")
    html = f"<b>{words.say('label_mute')}</b>\n{_pause(call, muted)}\n\n{words.say('hint_mute')}"
    return html, (tuple(keys), (off,), _home(call))


def watches(call: Call, _: str = "") -> Screen:
    """`/watches` inside of the menu."""
    html, keyboard = shown_watches(call, menu=True)
    return f"{html}\n\n{line(call, 'watches')}", (*keyboard, *_back(call, "watches"))


def _choice(name: str) -> Callable[[Call, str], Screen]:
    def screen(call: Call, _: str) -> Screen:
        words, value = call.words, written(getattr(call.configured, name))
        keys = [
            Key(text=_marked(words.say(label), now=value == choice), data=f"set:{name}={choice}")
            for choice, label in CHOICES[name].items()
        ]
        return _headed(call, name, words.say(HINTS[name])), (tuple(keys), *_back(call, name))

    return screen


def _quiet_hours(call: Call, path: str) -> Screen:
    words, own = call.words, call.configured.quiet_hours
    if (step := steps.quiet_hours(words, path)) is not None:
        return _step(call, "quiet_hours", step)
    presets = [_time_key(call, "quiet_hours", window, now=own == (window,)) for window in QUIET]
    other = [Key(text=words.say("other_hours"), data="set:quiet_hours.own")]
    if own:
        other.append(Key(text=words.say("more_hours"), data="set:quiet_hours.add"))
    off = Key(text=_marked(words.say("off"), now=not own), data="set:quiet_hours=off")
    keyboard = ((off,), *steps.rows(presets, 2), tuple(other), *_each(call, "quiet_hours", own))
    return _headed(call, "quiet_hours", words.say("hint_quiet_hours")), (*keyboard, *_back(call, "quiet_hours"))


def _digest(call: Call, path: str) -> Screen:
    words = call.words
    if (step := steps.digest(words, path)) is not None:
        return _step(call, "digest", step)
    own = () if call.configured.digest == ("none",) else call.configured.digest
    presets = [_time_key(call, "digest", time, now=own == (time,)) for time in DIGESTS]
    other = [("daily_at", "own.daily"), ("weekly_at", "own.weekly")]
    if own:
        other += [("more_daily", "add.daily"), ("more_weekly", "add.weekly")]
    keys = [Key(text=words.say(label), data=f"set:digest.{path}") for label, path in other]
    none = Key(text=_marked(words.say("no_digest"), now=not own), data="set:digest=none")
    keyboard = ((none,), tuple(presets), *steps.rows(keys, 2), *_each(call, "digest", own))
    return _headed(call, "digest", words.say("hint_digest")), (*keyboard, *_back(call, "digest"))


def _timezone(call: Call, path: str) -> Screen:
    own = call.configured.timezone or call.room.settings.config.timezone
    keyboard = zones.keyboard(call.words, path, own=own, usual=call.room.settings.config.timezone)
    hint = call.words.say("hint_timezone", now=call.day(call.room.now()))
    step = _step_back(call, "timezone") if path else ()
    return _headed(call, "timezone", hint), (*keyboard, *step, *_back(call, "timezone"))


def _headed(call: Call, name: str, hint: str) -> str:
    return f"<b>{call.words.say(LABELS[name])}</b>\n{line(call, name)}\n\n{hint}"


def _step(call: Call, name: str, step: tuple[str, Keyboard]) -> Screen:
    asked, keyboard = step
    return f"<b>{call.words.say(LABELS[name])}</b>\n{asked}", (*keyboard, *_step_back(call, name))


def _step_back(call: Call, name: str) -> Keyboard:
    return ((Key(text=call.words.say("step_back"), data=f"set:{name}"),),)


def _each(call: Call, name: str, values: tuple[str, ...]) -> Keyboard:
    """Where there are several times, a button for each that takes it away."""
    if len(values) < 2:
        return ()
    return tuple(
        (Key(text=f"✕ {said_time(one, call.words)}"[:60], data=f"set:{name}-{time_mark(one)}"),) for one in values[:30]
    )


def _back(call: Call, name: str) -> Keyboard:
    """To what the file says, where something was set here; and to all settings."""
    label = back_label(call, name)
    return (*(((Key(text=label, data=f"set:{name}!"),),) if label is not None else ()), _home(call))


def _home(call: Call) -> tuple[Key, ...]:
    return (Key(text=call.words.say("settings_back"), data="set:main"),)


def _time_key(call: Call, name: str, time: str, *, now: bool) -> Key:
    return Key(text=_marked(said_time(time, call.words), now=now), data=f"set:{name}={time.replace(' ', '_')}")


def _pause(call: Call, muted: datetime | None) -> str:
    words = call.words
    return words.say("until", until=call.day(muted)) if muted is not None else words.say("off")


def _marked(text: str, *, now: bool) -> str:
    return f"● {text}" if now else text


def time_mark(written_time: str) -> str:
    """A time in a button's data: as rackwatch.yaml has it, it may be long, and not ASCII."""
    return sha256(written_time.encode()).hexdigest()[:16]


SCREENS: Mapping[str, Callable[[Call, str], Screen]] = {
    **{name: _choice(name) for name in CHOICES},
    "quiet_hours": _quiet_hours,
    "digest": _digest,
    "timezone": _timezone,
    "watches": watches,
}
