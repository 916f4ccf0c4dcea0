"""What holds for every kind of export: it has words and a taker, is noted once, and not at all where it fails."""

import io
from uuid import UUID

import pytest
from sqlalchemy import select

from api import i18n
from api.audit import AuditEntry
from api.dashboards import orders_service
from api.dashboards.export_kinds_rules import KINDS
from api.dashboards.export_takers_service import TAKERS
from api.dashboards.orders_service import MIMETYPES, every_page, make_taking
from api.errors import NotFound

PATH = "/api/v1/exports"


def body_of(kind: str, county) -> dict:
    """The least that a kind wants to be told."""
    name = KINDS[kind].about[0]
    said = {"month": "2026-11", "division_code": county.townships["A"].code, "cadre_id": 1}.get(name, str(UUID(int=7)))
    return {"kind": kind, name: said, "filters": dict.fromkeys(KINDS[kind].needs, "1")}


def logged(county) -> list[AuditEntry]:
    return list(county.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made")
                                       .order_by(AuditEntry.id)))


def test_every_kind_has_a_taker_and_every_taker_a_kind():
    assert set(TAKERS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_and_known_formats(kind):
    assert all(i18n.has_text(language, f"export.kind.{kind}") for language in i18n.LANGUAGES)
    assert set(KINDS[kind].formats) <= set(MIMETYPES)


def test_what_is_made_is_noted_once(as_user, county, monkeypatch):
    def take(asked):
        return make_taking(asked.order, write=lambda file: file.write(b"made"), chain=county.townships["A"].id,
                           subject="a:1", name="名", details={"a": 1})

    supervisor = county.person("supervisor", county.townships["A"])
    client = as_user(supervisor)
    for number, kind in enumerate(KINDS, start=1):
        monkeypatch.setitem(TAKERS, kind, take)
        answer = client.post(PATH, json=body_of(kind, county), buffered=True)
        assert (answer.status_code, answer.data) == (200, b"made"), (kind, answer.json)
        entries = logged(county)
        assert len(entries) == number, kind
        assert (entries[-1].chain, entries[-1].subject, entries[-1].user_id, entries[-1].details) == (
            county.townships["A"].id, "a:1", supervisor.user.id,
            {"kind": kind, "format": KINDS[kind].formats[0], "a": 1, "rows": 4})


def test_what_cannot_be_made_is_not_noted(as_user, county, monkeypatch):
    def take(_asked):
        raise NotFound()

    client = as_user(county.person("supervisor", county.townships["A"]))
    for kind in KINDS:
        monkeypatch.setitem(TAKERS, kind, take)
        assert client.post(PATH, json=body_of(kind, county)).status_code == 404, kind
    assert logged(county) == []


def test_a_file_that_breaks_off_is_not_noted(as_user, county, monkeypatch):
    def write_table(file: io.IOBase, *_more) -> int:
        file.write(b"half of it")
        raise OSError("no space left")

    monkeypatch.setattr(orders_service, "write_table", write_table)
    client = as_user(county.person("supervisor", county.townships["A"]))
    assert client.post(PATH, json=body_of("notices", county)).status_code >= 500
    assert logged(county) == []


def test_a_list_is_read_to_its_end_page_by_page():
    asked = []

    def read(*, page, page_size):
        asked.append((page, page_size))
        return range((page - 1) * page_size, min(page * page_size, 2_500)), 2_500

    assert list(every_page(read)) == list(range(2_500))
    assert asked == [(1, 1000), (2, 1000), (3, 1000)]
    assert list(every_page(lambda **_page: ([], 0))) == []
