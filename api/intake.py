"""Whatever a phone may create, by its kind: taken one by one by its own view, or many at once by a batch.

A view module registers each of its kinds once and calls the same function itself. The function writes, never commits,
is safe inside a savepoint, and refuses by DomainErrors only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from sqlalchemy.orm import Session

from api.auth import Identity
from api.errors import DomainError
from api.http import Schema
from api.vocabulary import ROLES


class Take(Protocol):
    """Keeps one record of a validated body: (the record as it now stands, whether it is new)."""

    def __call__(self, session: Session, identity: Identity, body: dict, *, content_hash: bytes,
                 now: datetime) -> tuple[Any, bool]: ...


class TakeMany(Protocol):
    """Keeps many at once, of (body, content_hash): for each what Take answers, or the refusal that it raises.

    What it raises itself, it raises for all of them; they are taken one by one then. The caller has locked the sender's
    cadre.
    """

    def __call__(self, session: Session, identity: Identity, records: Sequence[tuple[dict, bytes]], *,
                 now: datetime) -> list[tuple[Any, bool] | DomainError]: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """What a batch has to know of a kind of record; `body` has the field `id`, which the sender made.

    `take_many`, where there is one, is the quicker way for many.
    """

    name: str
    body: Schema
    answer: Schema
    roles: tuple[str, ...]
    take: Take
    take_many: TakeMany | None = None


_kinds: dict[str, Kind] = {}
KINDS: Mapping[str, Kind] = MappingProxyType(_kinds)


def register(name: str, *, body: Schema, answer: Schema, roles: tuple[str, ...], many: TakeMany | None = None
             ) -> Callable[[Take], Take]:
    """Say how a kind is taken; what a view's path names stands in `body` as a field of its own."""
    if name in _kinds or set(roles) - set(ROLES) or "id" not in body.fields:
        raise ValueError(f"{name}: registered twice, unknown roles or no id")

    def decorate(take: Take) -> Take:
        _kinds[name] = Kind(name, body, answer, roles, take, many)
        return take

    return decorate
