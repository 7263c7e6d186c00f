"""What a YAML parser complains about, in words that say what to type instead.

The parser knows the place and a phrase of its own; what went wrong is mostly visible in the line: a text
that starts with a quote, a `: ` inside it, a `*` in front. These are what people type into rule files.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Complaint:
    index: int
    message: str
    hint: str | None = None


def explain(problem: str, index: int, context: str, context_index: int, text: str) -> Complaint:
    """One clear complaint from the parser's `problem` at `index` and its `context` (where it began)."""
    for recognise in (_tab, _alias, _unclosed, _colon, _escape, _special, _after_quote, _documents, _structure):
        complaint = recognise(problem, min(index, len(text)), context, min(context_index, len(text)), text)
        if complaint is not None:
            return complaint
    return Complaint(index, f"not valid YAML: {problem or 'cannot be read'}")


def quote(text: str) -> str:
    """`text` as a single-quoted YAML scalar, the kind in which nothing is special."""
    return "'" + text.replace("'", "''") + "'"


def value_of_line(text: str, index: int) -> tuple[str, int]:
    """The value that the line around `index` was meant to hold (after `key: ` or `- `), and its index."""
    start = text.rfind("\n", 0, index) + 1
    end = text.find("\n", index)
    line = text[start : len(text) if end < 0 else end].rstrip()
    offset = len(line) - len(line.lstrip())
    while line[offset : offset + 2] == "- ":
        offset += 2
    key, colon, rest = line[offset:].partition(": ")
    if colon and key.replace("_", "").replace("-", "").isalnum():
        offset = len(line) - len(rest.lstrip())
    return line[offset:], start + offset


def _tab(problem: str, index: int, _c: str, _ci: int, text: str) -> Complaint | None:
    if "\\t" in problem or (text[index : index + 1] == "\t" and "cannot start" in problem):
        return Complaint(index, "a tab in the indentation; YAML allows only spaces", "use two spaces")
    return None


def _alias(problem: str, index: int, context: str, context_index: int, text: str) -> Complaint | None:
    if "undefined alias" in problem:
        start = index
    elif "scanning an alias" in context or "scanning an anchor" in context:
        start = context_index
    else:
        return None
    sign = text[start : start + 1]
    value, _ = value_of_line(text, start)
    word = text[start:].split(maxsplit=1)[0].rstrip(",]}") if sign else ""
    hint = quote(value) if value.startswith(sign) else quote(word)
    return Complaint(start, f"a text cannot start with '{sign}' in YAML", f"quote it: {hint}")


def _unclosed(problem: str, index: int, context: str, context_index: int, text: str) -> Complaint | None:
    if "quoted scalar" in context and "unexpected end" in problem:
        sign = text[context_index : context_index + 1]
        return Complaint(context_index, f"the quote {sign} is never closed", f"add the closing {sign}")
    for kind, closing in (("sequence", "]"), ("mapping", "}")):
        if f"flow {kind}" not in context or "expected ','" not in problem:
            continue
        if _quoted_before(text, index):
            return None  # `["a" and b]`: a text that goes on after its quote, not a missing bracket
        opening = text[context_index : context_index + 1]
        return Complaint(context_index, f"'{opening}' is never closed", f"add '{closing}', or quote the text")
    return None


def _colon(problem: str, index: int, _c: str, _ci: int, text: str) -> Complaint | None:
    if "mapping values are not allowed" not in problem:
        return None
    value, start = value_of_line(text, index)
    if start < index and ": " in value:
        return Complaint(start, "': ' inside a text makes it a key for YAML", f"quote the text: {quote(value)}")
    return Complaint(index, "a key is not allowed here; is the line above finished, the indentation right?")


def _escape(problem: str, index: int, context: str, context_index: int, text: str) -> Complaint | None:
    if "double-quoted" not in context or "escape" not in problem:
        return None
    where = text.rfind("\\", context_index, index + 1)
    hint = "use single quotes, in which \\ is an ordinary sign"
    return Complaint(where if where >= 0 else index, "unknown escape after \\ in a double-quoted text", hint)


def _special(problem: str, index: int, _c: str, _ci: int, text: str) -> Complaint | None:
    sign = text[index : index + 1]
    if not ("cannot start any token" in problem or "expected the node content" in problem) or not sign.strip():
        return None
    value, start = value_of_line(text, index)
    hint = f"quote it: {quote(value)}" if start == index else "quote the text"
    return Complaint(index, f"a text cannot start with '{sign}' in YAML", hint)


def _after_quote(problem: str, index: int, _c: str, _ci: int, text: str) -> Complaint | None:
    if "expected" not in problem or not _quoted_before(text, index):
        return None
    value, start = value_of_line(text, index)
    whole = f": {quote(value)}" if start < index and value[:1] in "\"'" else ""
    message = "the text goes on after its closing quote; YAML ends a quoted text there"
    return Complaint(index, message, f"put single quotes around the whole text{whole}")


def _documents(problem: str, index: int, _c: str, _ci: int, _t: str) -> Complaint | None:
    if "another document" not in problem:
        return None
    return Complaint(index, "a second document starts here; one file holds one document", "remove the '---'")


def _structure(problem: str, index: int, context: str, _ci: int, text: str) -> Complaint | None:
    if "block scalar" in context:
        return Complaint(index, "only '|', '>', '-', '+' or a digit may stand here; the text begins a line below")
    if "could not find expected ':'" in problem:
        return Complaint(index, "a key without ':' before this line")
    if "expected <block end>" not in problem:
        return None
    line = text[text.rfind("\n", 0, index) + 1 :].split("\n", 1)[0]
    return Complaint(index, f"'{line.strip()}' does not fit the lines above", "is it indented like its neighbours?")


def _quoted_before(text: str, index: int) -> bool:
    """Whether what stands before `index` in its line is a closed quoted text that began a value."""
    before = text[text.rfind("\n", 0, index) + 1 : index].rstrip()
    return len(before) > 1 and before[-1] in "\"'" and before.count(before[-1]) >= 2
