"""What crosses the border of storage: values named by their role. Datetimes are aware and UTC."""

from __future__ import annotations

from storage.records.archive import Counts, FoundEntry, Words
from storage.records.known import (
    Known,
    KnownAlert,
    KnownEntry,
    KnownStory,
    LookupKeys,
    MatchRow,
    StoredSignature,
    StoryArticle,
    StoryCorrection,
    StoryView,
    WholeStory,
)
from storage.records.outbox import OPEN_STATES, AlertView, ChatState, OutboxItem, OutboxKind, OutboxState, Settlement
from storage.records.passed_over import PassedBy, PassedCount, PassedOver, PassedStory, Untold
from storage.records.people import KnownPeople, Override, PairedChat, Stranger
from storage.records.plans import (
    AlertDivision,
    AlertWrite,
    EntryEdit,
    NewEntry,
    NewStory,
    Notice,
    PageForRead,
    PageUpdate,
    PageWanted,
    PollPlan,
    StoryMerge,
)
from storage.records.references import Ref
from storage.records.rule_sets import RulesCause, RulesChange, RulesInForce, RulesMark, RulesTally
from storage.records.sources import (
    DocumentState,
    FirstLook,
    SourceDefinition,
    SourceForPoll,
    SourceHealth,
    SourceStatus,
    SourceUpdate,
)
from storage.records.stored_json import Json
from storage.records.votes import AlertStanding, KnownMute, ToldStory, VotedAlert

__all__ = [
    "OPEN_STATES",
    "AlertDivision",
    "AlertStanding",
    "AlertView",
    "AlertWrite",
    "ChatState",
    "Counts",
    "DocumentState",
    "EntryEdit",
    "FirstLook",
    "FoundEntry",
    "Json",
    "Known",
    "KnownAlert",
    "KnownEntry",
    "KnownMute",
    "KnownPeople",
    "KnownStory",
    "LookupKeys",
    "MatchRow",
    "NewEntry",
    "NewStory",
    "Notice",
    "OutboxItem",
    "OutboxKind",
    "OutboxState",
    "Override",
    "PageForRead",
    "PageUpdate",
    "PageWanted",
    "PairedChat",
    "PassedBy",
    "PassedCount",
    "PassedOver",
    "PassedStory",
    "PollPlan",
    "Ref",
    "RulesCause",
    "RulesChange",
    "RulesInForce",
    "RulesMark",
    "RulesTally",
    "Settlement",
    "SourceDefinition",
    "SourceForPoll",
    "SourceHealth",
    "SourceStatus",
    "SourceUpdate",
    "StoredSignature",
    "StoryArticle",
    "StoryCorrection",
    "StoryMerge",
    "StoryView",
    "Stranger",
    "ToldStory",
    "Untold",
    "VotedAlert",
    "WholeStory",
    "Words",
]
