"""JSON Schema of rule files, for editors; made from the models of rules/files.py.

The loader reads every scalar as text; an editor's YAML reader knows numbers and booleans (`- 2024`, `inflect: false`).
The schema takes both as the loader does. Its patterns keep to what JavaScript and Python read alike.
"""

import json
from typing import Any, get_args

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from rules.condition import OPERATORS
from rules.files import GroupName, Key, Language, Moment, RuleFile, TermsInFile, WindowText
from rules.languages import CODES

#: The file's name beside the rule files; their first line names it.
SCHEMA_NAME = "rackwatch-rules.schema.json"
#: The line with which a rule file begins, so that an editor finds the schema.
SCHEMA_LINE = f"# yaml-language-server: $schema={SCHEMA_NAME}"

_ID = f"https://github.com/rackwatch/rackwatch/raw/main/rules/watches/{SCHEMA_NAME}"
_SCALAR = ["string", "number", "boolean"]
_YEAR, _MONTH, _DAY = "[0-9]{4}", "(0?[1-9]|1[0-2])", "(0?[1-9]|[12][0-9]|3[01])"
_DATE = f"{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = "([01]?[0-9]|2[0-4]):[0-5][0-9]"
_ASCII_SIGNS = "!-,./:-@\\[-^`{-~"  # all but '-' and '_', which a name may have


def _weekday(name: str) -> str:
    """A day's name, cut after three letters or later, in any case."""
    letters = [f"[{letter}{letter.upper()}]" for letter in name]
    rest = ""
    for letter in reversed(letters[3:]):
        rest = f"({letter}{rest})?"
    return "".join(letters[:3]) + rest


_WEEKDAY = f"({'|'.join(map(_weekday, 'monday tuesday wednesday thursday friday saturday sunday'.split()))})"
_DAYS = f"{_WEEKDAY}([-–]{_WEEKDAY})?(,{_WEEKDAY}([-–]{_WEEKDAY})?)*"
_HOURS = f"{_TIME}[-–]{_TIME}"
_WINDOW = f"^\\s*({_DATE}(\\s+[tT][oO]\\s+{_DATE})?|{_DAYS}(\\s+{_HOURS})?|{_HOURS})\\s*$"
_MOMENT = f"^({_DATE}|{_YEAR}-{_MONTH}-{_DAY}\\s+([01]?[0-9]|2[0-3]):[0-5]?[0-9])$"

#: What an editor says where a pattern does not fit; the keyword is of the language servers, others pass it over.
_SAY = "patternErrorMessage"

_KEY_SCHEMA = {
    "type": ["string", "integer", "boolean"],
    "pattern": "^[a-z0-9][a-z0-9-]*$",
    "minimum": 0,
    _SAY: "a name: small letters a-z, digits and '-'",
}
_GROUP_SCHEMA = {
    "pattern": f"^[^\\s0-9{_ASCII_SIGNS}-][^\\s{_ASCII_SIGNS}]*$",
    "not": {"enum": list(OPERATORS)},
    _SAY: "the name of a term group: letters, digits, '_' and '-', a letter first",
}
_MOMENT_SCHEMA = {
    "type": "string",
    "pattern": _MOMENT,
    _SAY: "a date: 2026-12-24 or 2026-12-24 18:00 (UTC)",
}
_WINDOW_SCHEMA = {
    "type": "string",
    "pattern": _WINDOW,
    _SAY: "a window of time: 22:00-07:00, sat-sun, mon-fri 09:00-17:00 or 2026-12-24 to 2027-01-02",
}


def _validator(annotated: Any) -> object:
    """The function that checks an annotated text."""
    return get_args(annotated)[1].func


_BY_VALIDATOR: dict[object, dict[str, Any]] = {
    _validator(Key): _KEY_SCHEMA,
    _validator(GroupName): _GROUP_SCHEMA,
    _validator(Language): {"enum": sorted(CODES)},
    _validator(Moment): _MOMENT_SCHEMA,
    _validator(WindowText): _WINDOW_SCHEMA,
}


class _Generator(GenerateJsonSchema):
    """As pydantic's, with what the models check by functions, and scalars as an editor sees them."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - titles repeat the key's name
        return False

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        return super().str_schema(schema) | {"type": _SCALAR}

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        numbers = "|".join(map(str, range(schema["ge"], schema["le"] + 1)))
        return super().int_schema(schema) | {"type": ["integer", "string"], "pattern": f"^\\s*\\+?0*({numbers})\\s*$"}

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        words = "|".join(_any_case(word) for word in "true false yes no on off t f y n".split())
        return super().bool_schema(schema) | {
            "type": ["boolean", "string", "integer"],
            "pattern": f"^({words}|0|1)$",
            "minimum": 0,
            "maximum": 1,
        }

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        return dict(_BY_VALIDATOR[schema["function"]["function"]])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        types = inner["type"] if isinstance(inner["type"], list) else [inner["type"]]
        return inner | {"type": [*types, "null"]}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        return {
            "type": "object",
            "additionalProperties": self.generate_inner(schema["values_schema"]),
            "propertyNames": self.generate_inner(schema["keys_schema"]),
        }

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if not made.get("default") or isinstance(made["default"], dict):
            made.pop("default", None)  # nothing: the same as the key left out
        return made


def _any_case(word: str) -> str:
    return "".join(f"[{letter}{letter.upper()}]" for letter in word)


def schema() -> dict[str, Any]:
    """The schema, JSON Schema draft 2020-12."""
    made = RuleFile.model_json_schema(schema_generator=_Generator)
    for model in made["$defs"].values():
        del model["title"]  # the name of a class
    del made["$defs"]["Priority"]["description"]
    made["$defs"][TermsInFile.__name__]["anyOf"] = [
        {"required": ["any"]},
        {"required": ["variants"], "properties": {"variants": {"minProperties": 1}}},
    ]
    head = {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": _ID,
        "title": "rackwatch rule file",
        "description": made["description"],
    }
    a_watch = {"required": ["watch"], "properties": {"watch": {"not": {"type": "null"}}}}
    some_rules = {"required": ["rules"], "properties": {"rules": {"minItems": 1}}}
    some_terms = {"required": ["terms"], "properties": {"terms": {"minProperties": 1}}}
    together = [
        {"if": a_watch, "then": some_rules},
        {"if": some_rules, "then": a_watch},
        {"anyOf": [a_watch, some_terms]},
    ]
    return head | made | {"title": head["title"], "allOf": together}


def schema_text() -> str:
    """The schema as the file that is shipped."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
