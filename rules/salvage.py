"""What can still be checked in a rule file whose shape is wrong, so that one typo hides no other mistake.

Every part that is valid by itself is kept; a part that is not is replaced by a harmless one of the same name
and number, because the others refer to it. The result is only good for finding more problems.
"""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rules.files import RuleFile, RuleInFile, TermsInFile

M = TypeVar("M", bound=BaseModel)


def salvage(data: Any) -> RuleFile | None:
    """The valid parts of a file's data, or None where there is no sense in looking further."""
    if not isinstance(data, dict) or not isinstance(data.get("terms", {}), dict):
        return None
    rules = data.get("rules") if isinstance(data.get("rules"), list) else []
    kept = {
        "watch": data.get("watch"),
        "terms": {
            name: _valid(TermsInFile, value) or TermsInFile(any=["placeholder"])
            for name, value in data.get("terms", {}).items()
        },
        "rules": [
            _valid(RuleInFile, rule) or RuleInFile(name=f"rule-{number}", when='"placeholder"')
            for number, rule in enumerate(rules or [])
        ],
    }
    return _valid(RuleFile, kept)


def _valid(model: type[M], data: Any) -> M | None:
    """The model without its unknown keys, or None."""
    if not isinstance(data, dict):
        return None
    known = {info.alias or name for name, info in model.model_fields.items()}
    try:
        return model.model_validate({key: value for key, value in data.items() if key in known})
    except ValidationError:
        return None
