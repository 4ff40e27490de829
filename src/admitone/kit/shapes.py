"""The shape of a `msgspec` type, for checks of JSON values: its members, items, limits and rule.

Built once per type and cached; `kit.faults` compares values with it.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import UNSET, Struct, UnsetType

from admitone.kit.text import Rule


class Member(Struct, frozen=True):
    """`attribute`: the name in Python. `is_optional`: it may be absent, and null says the same as absent."""

    attribute: str
    shape: "Shape"
    is_required: bool
    is_optional: bool


class Shape(Struct, frozen=True, kw_only=True):
    """One of `members` (an object), `item` (a list) or neither (a leaf); of a union, what each option has of these.

    `ruled`: the members that have a rule, or anything below them. `known`: every name that the object may have, None if
    it may have others. `words`: the message of a text's pattern or choice. `has_rules`: a value may need cleaning.
    """

    type: Any
    members: dict[str, Member] | None = None
    known: frozenset[str] | None = None
    ruled: tuple[Member, ...] = ()
    item: "Shape | None" = None
    items_min: int = 0
    items_max: int | None = None
    rule: Rule | None = None
    words: str | None = None
    has_rules: bool = False


def shape_of(given: Any) -> Shape:
    """Return the shape of a type as annotations write it."""
    return _made(given)


@cache
def _made(given: Any) -> Shape:
    parts: dict[str, Any] = {}
    for option, metas in _options(given, ()):
        for meta in metas:
            parts |= {name: meta.extra[name] for name in ("rule", "words") if meta.extra and name in meta.extra}
        if get_origin(option) is Literal:
            parts["words"] = _one_of(get_args(option))
        elif isinstance(option, type) and issubclass(option, Enum):
            parts["words"] = _one_of(choice.value for choice in option)
        elif isinstance(option, type) and issubclass(option, Struct):
            parts |= _object(option)
        elif get_origin(option) in (list, tuple, set, frozenset):
            parts["item"] = shape_of(get_args(option)[0])
            parts["items_min"] = max((meta.min_length or 0 for meta in metas), default=0)
            parts["items_max"] = min((meta.max_length for meta in metas if meta.max_length is not None), default=None)
    has_rules = "rule" in parts or bool(parts.get("ruled")) or ("item" in parts and parts["item"].has_rules)
    return Shape(type=given, has_rules=has_rules, **parts)


def _one_of(values: Iterable[object]) -> str:
    return f"One of {', '.join(map(str, values))} is needed."


def _object(struct: type[Struct]) -> dict[str, Any]:
    config = struct.__struct_config__
    members = {field.encode_name: _member(field) for field in msgspec.structs.fields(struct)}
    known = frozenset(members) | ({config.tag_field} if config.tag_field else frozenset())
    return {
        "members": members,
        "known": known if config.forbid_unknown_fields else None,
        "ruled": tuple(member for member in members.values() if member.shape.has_rules),
    }


def _member(field: msgspec.structs.FieldInfo) -> Member:
    takes_null = any(option is NoneType for option, _ in _options(field.type, ()))
    # A change of some members (PATCH) distinguishes null from absent: an absent member keeps its value.
    is_optional = not field.required and not takes_null and field.default is not UNSET
    return Member(field.name, shape_of(field.type), field.required, is_optional)


def _options(given: Any, metas: tuple[msgspec.Meta, ...]) -> Iterator[tuple[Any, tuple[msgspec.Meta, ...]]]:
    """Yield every alternative of a union with the constraints around the union."""
    origin = get_origin(given)
    if origin is Annotated:
        inner, *around = get_args(given)
        yield from _options(inner, (*metas, *(meta for meta in around if isinstance(meta, msgspec.Meta))))
    elif origin in (Union, UnionType):
        for option in get_args(given):
            yield from _options(option, metas)
    elif given is not UnsetType:
        yield given, metas
