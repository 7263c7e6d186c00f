"""`rackwatch.yaml` and the environment, as one frozen `Settings`.

Strict: an unknown key, a bad duration or an unknown time zone is a mistake with file, line and column, and all mistakes
are reported at once. Secrets come from the environment, from `.env` in the working folder (real variables win), or
from a file named by `…_FILE`; never from YAML.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from bot.alerts.times import read_digests, read_quiet_hours
from bot.errors import ConfigInvalid, FolderMissing
from bot.secret_values import TOKEN_VARIABLE, SecretValues, chats_of, read_token, read_urls
from bot.setting_types import (
    BaseUrl,
    Duration,
    Key,
    PositiveDuration,
    Size,
    Strict,
    Texts,
    VariableName,
    WebUrl,
    ZoneName,
)
from bot.sources.definition import Services, Source, origin_problem
from bot.units import format_duration
from rules.problems import Problem, did_you_mean
from rules.validation import validate
from rules.yaml_source import YamlDocument, read_yaml

__all__ = [
    "CONFIG_NAME",
    "Chat",
    "Configuration",
    "Services",
    "Settings",
    "Source",
    "WebhookSettings",
    "build_settings",
    "find_folder",
    "load_settings",
]

CONFIG_NAME = "rackwatch.yaml"
CONSOLE = "console"
"""Key of the chat that there is where none is configured."""

_TELEGRAMS_OWN = frozenset({"id", "thread", "preview", "allow", "admins"})
DEFAULT_CONTACT = "https://github.com/rackwatch/rackwatch"


class Chat(Strict):
    """Where alerts go."""

    kind: Literal["telegram", "console", "apprise"] = Field(
        "telegram", description="telegram, console (prints), or apprise (other channels)"
    )
    url_env: VariableName | None = Field(
        None, description="Environment variable that holds the URL of a chat of kind apprise, which is a secret"
    )
    id: int | None = Field(None, description="Telegram's number of the chat; groups are negative")
    thread: int | None = Field(None, description="Telegram's number of a forum topic in the chat")
    watches: Texts = Field((), description="Watches that this chat follows; empty: all")
    min_priority: Literal["low", "normal", "high"] = Field("low", description="Alerts below it are left out")
    preview: bool = Field(False, description="Show Telegram's preview of the first link")
    silent: bool = Field(False, description="Deliver without sound")
    allow: tuple[int, ...] = Field((), description="Telegram's numbers of people who may use commands in this chat")
    admins: tuple[int, ...] = Field((), description="Telegram's numbers of people who may also change its settings")
    timezone: ZoneName | None = Field(None, description="Time zone of this chat; default: the configuration's")
    language: Literal["en", "de"] = Field("en", description="Language of what rackwatch itself says: en or de")
    quiet_hours: Texts = Field(
        (),
        description="Times in which alerts wait: 22:00-07:00, sat-sun, mon-fri 12:00-13:00; then a digest tells them",
    )
    urgent: bool = Field(True, description="Alerts of high priority come in quiet hours too")
    digest: Texts = Field(
        ("daily 08:00",),
        description="When alerts of low priority are told, in one digest: daily 08:00, weekly mon 08:00; none: at once",
    )

    @field_validator("quiet_hours")
    @classmethod
    def _quiet_hours_are_windows(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        read_quiet_hours(value)
        return value

    @field_validator("digest")
    @classmethod
    def _digests_are_times(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        read_digests(value)
        return value


class Schedule(Strict):
    interval: PositiveDuration = Field(
        timedelta(minutes=15), description="How often to look at a source whose rhythm is not known yet"
    )
    fastest: PositiveDuration = Field(
        timedelta(minutes=5), description="Busy sources without an interval of their own are looked at this often"
    )
    slowest: PositiveDuration = Field(
        timedelta(hours=2), description="Sleepy sources without an interval of their own are looked at this often"
    )

    @model_validator(mode="after")
    def _bounds_have_room(self) -> Schedule:
        if self.fastest > self.slowest:
            raise ValueError(
                f"schedule.fastest ({format_duration(self.fastest)}) is longer than "
                f"schedule.slowest ({format_duration(self.slowest)}); set both"
            )
        return self


class Fetch(Strict):
    min_interval: Duration = Field(timedelta(minutes=5), description="No source is asked more often")
    host_gap: Duration = Field(timedelta(seconds=1), description="Pause between two requests to one host")
    deadline: PositiveDuration = Field(timedelta(seconds=30), description="Whole time that one fetch may take")
    max_size: Size = Field(20_000_000, description="Largest document of a source, after inflation")
    max_page: Size = Field(5_000_000, description="Largest page of an article, after inflation")
    concurrency: Annotated[int, Field(ge=1, le=200)] = Field(16, description="Fetches at once")
    allow_hosts: Texts = Field((), description="Private hosts or networks (CIDR) that may be asked all the same")
    contact: str = Field(DEFAULT_CONTACT, description="Web page or mail address in the User-Agent, for site owners")

    @field_validator("allow_hosts")
    @classmethod
    def _hosts_are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if "/" in host:
                try:
                    ipaddress.ip_network(host, strict=False)
                except ValueError as error:
                    raise ValueError(f"{host!r} is neither a host name nor a network like 10.0.0.0/8") from error
            elif not re.fullmatch(r"[A-Za-z0-9_.:\[\]-]+", host):
                raise ValueError(f"{host!r} is not a host name; write it without https:// and without a path")
        return value

    @field_validator("contact")
    @classmethod
    def _contact_is_ascii(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable():
            raise ValueError("the contact travels in an HTTP header: plain ASCII only")
        return value


class Parser(Strict):
    timeout: PositiveDuration = Field(timedelta(seconds=20), description="Time that parsing one feed may take")
    memory: Size = Field(512 * 1024**2, description="Memory of a parser process")
    processes: Annotated[int, Field(ge=1, le=8)] = Field(2, description="Parser processes")


class WebhookSettings(Strict):
    url: WebUrl = Field(description="Address under which Telegram reaches this machine; a secret path is added to it")
    listen: str = Field(
        "127.0.0.1", description="Address to listen on; a reverse proxy with a certificate stands before"
    )
    port: Annotated[int, Field(ge=1, le=65535)] = Field(8443, description="Port to listen on")


class Telegram(Strict):
    base_url: BaseUrl = Field("https://api.telegram.org", description="Bot API server, for one of your own")
    timeout: PositiveDuration = Field(timedelta(seconds=20), description="How long to wait for an answer")
    webhook: WebhookSettings | None = Field(
        None, description="Have Telegram bring what people write, instead of asking for it"
    )

    @model_validator(mode="after")
    def _telegram_calls_over_https(self) -> Telegram:
        official = self.base_url == "https://api.telegram.org"
        if official and self.webhook is not None and not self.webhook.url.startswith("https://"):
            raise ValueError(
                "telegram.webhook.url begins with https://; only a Bot API server of your own calls http://"
            )
        return self


class Alerts(Strict):
    edit_gap: Duration = Field(
        timedelta(minutes=1), description="An alert's message is edited at most once in this time"
    )
    story_window: Duration = Field(
        timedelta(days=14), description="How far apart articles of one story may be; 0s: none are grouped"
    )
    long_stop: PositiveDuration = Field(
        timedelta(hours=24),
        description="A source not read for longer has stopped: of what is new there, what is older than this is told in"
        " a digest",
    )
    digest_after: Duration = Field(
        timedelta(minutes=10), description="A digest leaves when nothing more was passed over for so long"
    )
    most_at_once: Annotated[int, Field(ge=1, le=1000)] = Field(
        10, description="Where more alerts wait for a chat, digests tell them"
    )


class RulesSettings(Strict):
    path: str = Field("rules", description="Folder of the rule files, relative to this file")
    reload: Literal["on_change", "on_apply"] = Field(
        "on_change",
        description="When changed rule files come into force: on_change at once, on_apply with 'rackwatch rules apply'",
    )


class Storage(Strict):
    url: str = Field("sqlite:///rackwatch.db", description="Database; a relative path is relative to this file")

    @field_validator("url")
    @classmethod
    def _url_is_sqlite(cls, value: str) -> str:
        if not re.fullmatch(r"sqlite:///[^?#]+", value) or value.endswith("/"):
            raise ValueError(f"{value!r} is not supported yet; write sqlite:///rackwatch.db (a file)")
        return value


class Metrics(Strict):
    listen: str | None = Field(None, description="host:port for Prometheus metrics, e.g. 127.0.0.1:9464; empty: off")

    @field_validator("listen")
    @classmethod
    def _listen_is_address(cls, value: str | None) -> str | None:
        if value is not None:
            host, _, port = value.rpartition(":")
            if not host or not port.isdigit() or not 0 < int(port) < 65536:
                raise ValueError(f"{value!r} is not host:port; write e.g. 127.0.0.1:9464")
        return value


class Configuration(Strict):
    """All of rackwatch.yaml."""

    timezone: ZoneName = Field("UTC", description="Time zone of times that are shown, e.g. Europe/Berlin")
    operator_chat: str | None = Field(
        None, description="Chat that is told of trouble; default: 'rackwatch chats operator', else the first chat"
    )
    schedule: Schedule = Field(default_factory=lambda: Schedule.model_validate({}))
    fetch: Fetch = Field(default_factory=lambda: Fetch.model_validate({}))
    parser: Parser = Field(default_factory=lambda: Parser.model_validate({}))
    telegram: Telegram = Field(default_factory=lambda: Telegram.model_validate({}))
    chats: dict[Key, Chat] = Field(default_factory=dict, description="Chats by name")
    alerts: Alerts = Field(default_factory=lambda: Alerts.model_validate({}))
    rules: RulesSettings = Field(default_factory=lambda: RulesSettings.model_validate({}))
    storage: Storage = Field(default_factory=lambda: Storage.model_validate({}))
    metrics: Metrics = Field(default_factory=lambda: Metrics.model_validate({}))
    services: Services = Field(default_factory=lambda: Services.model_validate({}))
    sources: tuple[Source, ...] = Field((), description="The news sources")


class Settings(BaseModel):
    """Everything that the program is built from.

    `urls` are those of the chats of kind apprise, by chat. `paired` are chats that were let in, `overrides` what chats
    set for themselves, `named_operator` the chat that was made the operator's by a command (`bot.people`).
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    folder: Path
    config: Configuration
    token: SecretStr | None
    urls: Mapping[str, SecretStr] = Field(default_factory=dict)
    paired: Mapping[str, Chat] = Field(default_factory=dict)
    overrides: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    named_operator: str | None = None

    @property
    def config_file(self) -> Path:
        return self.folder / CONFIG_NAME

    @property
    def rules_folder(self) -> Path:
        return self.folder / self.config.rules.path

    @property
    def storage_url(self) -> str:
        """The database's URL with an absolute path."""
        path = self.config.storage.url.removeprefix("sqlite:///")
        return f"sqlite:///{(self.folder / path).resolve()}"

    @property
    def chats(self) -> Mapping[str, Chat]:
        """The configured chats and the paired ones, as they are set in chat.

        Where none is configured there is the console, as long as it is the operator chat.
        """
        configured = self.config.chats
        if not configured and self.operator_chat == CONSOLE:
            configured = {CONSOLE: Chat(kind="console")}
        return {
            key: chat.model_copy(update=dict(self.overrides.get(key, {})))
            for key, chat in {**self.paired, **configured}.items()
        }

    @property
    def operator_chat(self) -> str:
        """What rackwatch.yaml names, else what a command named, else the first configured chat, else the console."""
        named = self.named_operator if self.named_operator in {*self.config.chats, *self.paired} else None
        return self.config.operator_chat or named or next(iter(self.config.chats), CONSOLE)

    @property
    def console_stands_in(self) -> bool:
        """Whether the console is there only because nobody at Telegram is the operator."""
        return not self.config.chats and self.operator_chat == CONSOLE


def find_folder(start: Path | None) -> Path:
    """The working folder: the given one, else $RACKWATCH_DIR, else the current one.

    Raises FolderMissing when it holds no rackwatch.yaml.
    """
    folder = start or Path(os.environ.get("RACKWATCH_DIR") or ".")
    folder = folder.expanduser().absolute()
    if not (folder / CONFIG_NAME).exists():
        raise FolderMissing(
            f"no {CONFIG_NAME} in {folder}; create a working folder with 'rackwatch init DIR', "
            "then go there, or name it with 'rackwatch --dir DIR …'"
        )
    return folder


def load_settings(folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read everything.

    Raises ConfigInvalid with every mistake of rackwatch.yaml and of the secrets.
    """
    file = folder / CONFIG_NAME
    document = read_yaml(file)
    return build_settings(folder, document, os.environ if environment is None else environment)


def build_settings(folder: Path, document: YamlDocument, environment: Mapping[str, str]) -> Settings:
    """Check a parsed rackwatch.yaml together with the environment; see `load_settings`."""
    problems = list(document.problems)
    config: Configuration | None = None
    if not problems or document.data is not None:
        if document.data is None:
            problems.append(
                Problem(
                    file=document.file,
                    line=1,
                    column=1,
                    message="the file is empty; 'rackwatch init DIR' writes a full one",
                )
            )
        else:
            config, found = validate(document, Configuration)
            problems += found
    secrets = SecretValues(folder, environment)
    token, secret_problems = read_token(document, secrets)
    urls, url_problems = read_urls(document, secrets)
    problems += [*secret_problems, *url_problems]
    problems += _contradictions(document, token)
    if config is None or problems:
        raise ConfigInvalid(sorted(dict.fromkeys(problems)))  # a contradiction may be found by the model too
    return Settings(folder=folder, config=config, token=token, urls=urls)


def _contradictions(document: YamlDocument, token: SecretStr | None) -> list[Problem]:
    """What each value alone cannot show. Reads the raw data, so that it is reported beside other mistakes."""
    data = document.data if isinstance(document.data, dict) else {}
    chats = chats_of(document)
    problems = _chat_contradictions(document, chats, token)
    operator = data.get("operator_chat")
    if isinstance(operator, str) and operator not in (chats or ("console",)):
        at = document.position(("operator_chat",))
        hint = did_you_mean(operator, chats) or "a paired chat is named by 'rackwatch chats operator KEY', not here"
        problems.append(document.problem(at, f"unknown chat '{operator}'", hint))
    return problems + _source_contradictions(document, data)


def _chat_contradictions(document: YamlDocument, chats: Mapping[str, object], token: SecretStr | None) -> list[Problem]:
    problems = []
    for name, chat in chats.items():
        if not isinstance(chat, dict):
            continue
        kind, at = chat.get("kind", "telegram"), document.position(("chats", name))
        if kind != "apprise" and chat.get("url_env") is not None:
            problems.append(document.problem(at, f"chat '{name}' has a url_env; write kind: apprise beside it"))
        if kind == "apprise" and (wrong := sorted(chat.keys() & _TELEGRAMS_OWN)):
            problems.append(document.problem(at, f"chat '{name}' is of kind apprise, which has no {', '.join(wrong)}"))
        if kind != "telegram":
            continue
        if chat.get("id") is None:
            message = f"chat '{name}' has no id; send your bot a message and see docs/configuration.md, 'Chats'"
            problems.append(document.problem(at, message))
        if token is None:
            message = (
                f"chat '{name}' is a Telegram chat, but there is no token: "
                f"set {TOKEN_VARIABLE} in the environment or in .env"
            )
            problems.append(document.problem(at, message))
    return problems


def _source_contradictions(document: YamlDocument, data: Mapping[str, object]) -> list[Problem]:
    """Keys used twice, no origin or several, and a bridge that nothing names."""
    problems = []
    services, sources = data.get("services"), data.get("sources")
    bridge = isinstance(services, dict) and services.get("rsshub") is not None
    seen: dict[str, int] = {}
    for index, source in enumerate(sources if isinstance(sources, list) else []):
        if not isinstance(source, dict):
            continue
        place, key, route = ("sources", index), source.get("key"), source.get("rsshub")
        if isinstance(key, str):
            if key in seen:
                first = document.position(("sources", seen[key]))[0]
                message = f"source key '{key}' is already used in line {first}"
                problems.append(document.problem(document.position((*place, "key")), message))
            seen.setdefault(key, index)
        if origin := origin_problem(source):
            problems.append(document.problem(document.position(place), origin))
        if route is not None and not bridge and not (isinstance(route, dict) and route.get("instance") is not None):
            message = f"source '{key}' names no RSSHub: write instance: here, or services.rsshub for all sources"
            problems.append(document.problem(document.position((*place, "rsshub")), message))
    return problems
