"""Walks the types of pydantic models along an error's location, beside the data.

pydantic names the branch of a union inside the location ("sources", 0, "feed", "url"); only the types say
whether such a step is a branch or a key.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True)
class Branches:
    """The members of a union, None left out."""

    members: tuple[Any, ...]

    @classmethod
    def of(cls, annotation: Any) -> "Branches | None":
        """The branches of `annotation`, or None where it is no union."""
        annotation = _bare(annotation)
        if get_origin(annotation) in {Union, UnionType}:
            return cls(tuple(member for member in get_args(annotation) if member is not NoneType))
        return None

    @property
    def labelled(self) -> bool:
        """Whether pydantic puts a label into the location: not for `X | None`."""
        return len(self.members) > 1

    def pick(self, label: str) -> Any:
        """The member that pydantic calls `label`: a class name, a discriminator's value, or a type name."""
        for member in self.members:
            bare = _bare(member)
            if isinstance(bare, type) and issubclass(bare, BaseModel):
                if label == bare.__name__ or label in _tags(bare):
                    return bare
            elif getattr(bare, "__name__", None) == label or label.startswith(str(get_origin(bare) or "?")):
                return bare
        return None


def child(annotation: Any, step: str | int) -> Any:
    """The type one step further down, or None where it is unknown."""
    branches = Branches.of(annotation)
    annotation = _bare(branches.members[0]) if branches else _bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        found = _fields(annotation).get(str(step))
        return found.annotation if found else None
    origin, arguments = get_origin(annotation), get_args(annotation)
    if not isinstance(origin, type) or not arguments:
        return None
    if issubclass(origin, Mapping):
        return arguments[-1]
    if issubclass(origin, Sequence | AbstractSet):
        return arguments[0]
    return None


def known_keys(annotation: Any) -> list[str]:
    """The keys that a mapping of this type may have."""
    branches = Branches.of(annotation)
    if branches:
        return [key for member in branches.members for key in known_keys(member)]
    annotation = _bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return list(_fields(annotation))
    return []


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    by_name = bool(model.model_config.get("populate_by_name") or model.model_config.get("validate_by_name"))
    fields: dict[str, FieldInfo] = {}
    for name, info in model.model_fields.items():
        alias = info.validation_alias if isinstance(info.validation_alias, str) else info.alias
        fields[alias or name] = info
        if by_name:
            fields[name] = info
    return fields


def _tags(model: type[BaseModel]) -> set[str]:
    return {
        str(value)
        for info in model.model_fields.values()
        if get_origin(info.annotation) is Literal
        for value in get_args(info.annotation)
    }


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation
