"""A sheet of invitations: all or none, only for whom one may invite, and each good for one log-in."""

import re
from datetime import timedelta
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import segno
from sqlalchemy import event, func, select

from api.audit import AuditEntry
from api.postings import invitations_service
from api.postings.account_models import Invitation
from api.postings.invitations_service import MOST_OF_A_SHEET


def sheet(client, **body):
    return client.post("/api/v1/invitation-sheets", json=body)


def newcomer(county, village="A1"):
    person = county.cadre(village)
    person.user.first_log_in_at = None
    return person


def test_a_township_prints_a_card_for_every_cadre_who_never_came_in(as_user, county, client):
    new = [newcomer(county, village) for village in ("A1", "A2")]
    county.cadre("A1")
    newcomer(county, "B1")
    township = as_user(county.person("supervisor", county.townships["A"]))
    made = sheet(township, division_code=county.townships["A"].code)
    assert made.status_code == 201
    cards = made.json["invitations"]
    assert [(card["user"]["name"], card["village"]["name"]) for card in cards] == [
        (new[0].user.name, "A1村"), (new[1].user.name, "A2村")]
    assert all(card["qr_svg_data_uri"].startswith("data:image/svg+xml") for card in cards)
    for card in cards:
        token = card["url"].partition("#invite=")[2]
        logged_in = client.post("/api/v1/sessions", json={"invitation": token, "client": "native"})
        assert (logged_in.status_code, logged_in.json["me"]["name"]) == (201, card["user"]["name"])
    assert (sheet(township, division_code=county.townships["A"].code).json["reason"]) == "nobody_to_invite"
    assert len(sheet(township, division_code=county.townships["A"].code, only_new=False).json["invitations"]) == 3


def dark_modules(qr_svg_data_uri: str) -> tuple[set[tuple[int, int]], float]:
    """The (row, column) of every dark module that a picture draws, and how many modules it is wide."""
    kind, _, picture = qr_svg_data_uri.partition(",")
    assert kind.startswith("data:image/svg+xml")
    svg = ElementTree.fromstring(unquote(picture))
    [path] = svg
    scale = int(re.fullmatch(r"scale\((\d+)\)", path.get("transform"))[1])
    dark, x, y = set(), 0, 0.0
    for pen, numbers in re.findall(r"([Mmh])([-\d. ]+)", path.get("d")):
        first, *second = map(float, numbers.split())
        if pen == "h":
            dark |= {(int(y), column) for column in range(x, x + int(first))}
            x += int(first)
        else:
            x, y = (int(first), second[0]) if pen == "M" else (x + int(first), y + second[0])
    return dark, int(svg.get("width")) / scale


def test_a_code_to_scan_leads_to_the_very_link_beside_it(as_user, county):
    people, admin = [newcomer(county), newcomer(county, "B1")], as_user(county.person("admin"))
    cards = sheet(admin, division_code=county.CODE).json["invitations"]
    cards.append(admin.post("/api/v1/invitations", json={"cadre_id": people[0].cadre.id}).json)
    assert len({card["url"] for card in cards}) == 3
    for card in cards:
        code = segno.make(card["url"], error="m").matrix
        # Four modules around it stay white: without them many phones find no code.
        expected = {(row + 4, column + 4) for row, modules in enumerate(code)
                    for column, module in enumerate(modules) if module}
        assert dark_modules(card["qr_svg_data_uri"]) == (expected, len(code) + 8)


def test_a_new_card_voids_the_old_one(as_user, county, client):
    person, admin = newcomer(county), as_user(county.person("admin"))
    old, new = (sheet(admin, user_ids=[person.user.id]).json["invitations"][0]["url"] for _ in range(2))
    answers = [client.post("/api/v1/sessions", json={"invitation": url.partition("#invite=")[2]}).status_code
               for url in (old, new)]
    assert answers == [401, 201]


def test_one_person_out_of_reach_and_nobody_is_invited(as_user, county):
    own, others = newcomer(county, "A1"), newcomer(county, "B1")
    township = as_user(county.person("supervisor", county.townships["A"]))
    assert sheet(township, cadre_ids=[own.cadre.id, others.cadre.id]).status_code == 404
    assert county.session.scalar(select(func.count()).select_from(Invitation)) == 0


@pytest.mark.parametrize("role, place, status", [("village", "A1", 403), ("auditor", None, 403), ("admin", "B", 404),
                                                 ("supervisor", "B", 404)])
def test_strangers_print_no_cards(as_user, county, role, place, status):
    newcomer(county, "A1")
    division = county.villages.get(place) or county.townships.get(place)
    assert sheet(as_user(county.person(role, division)), division_code=county.villages["A1"].code).status_code == status


def test_nobody_prints_without_a_log_in(client, county):
    assert sheet(client, division_code=county.CODE).status_code == 401


@pytest.mark.parametrize("body", [{}, {"cadre_ids": [1], "user_ids": [1]}, {"cadre_ids": []},
                                  {"user_ids": list(range(1, MOST_OF_A_SHEET + 2))}])
def test_a_sheet_names_its_people_in_one_way(as_user, county, body):
    assert sheet(as_user(county.person("admin")), **body).status_code == 422


def test_one_card_that_is_not_ones_to_give_leaves_the_others_theirs(as_user, county):
    # A cadre may also be the village's secretary, or hold a right above: whoever invites a user can act as that user.
    plain, secretary, auditor = (newcomer(county, "A1") for _ in range(3))
    county.grant(secretary, "village", county.villages["A1"])
    county.grant(auditor, "auditor", county.county)
    township, found = county.townships["A"], {}
    for role in ("supervisor", "admin"):
        client = as_user(county.person(role, township))
        found[role] = {card["user"]["id"] for card in sheet(client, division_code=township.code).json["invitations"]}
        assert sheet(client, cadre_ids=[auditor.cadre.id]).status_code == 404
    assert found == {"supervisor": {plain.user.id}, "admin": {plain.user.id, secretary.user.id}}


def test_an_administrator_invites_the_committees_too(as_user, county):
    admin = as_user(county.person("admin", county.townships["A"]))
    people = [county.person(role, place) for role, place in (
        ("village", county.villages["A2"]), ("supervisor", county.townships["A"]), ("village", county.villages["B1"]),
        ("supervisor", county.county))] + [newcomer(county, "A1")]
    for person in people:
        person.user.first_log_in_at = None
    county.session.commit()
    cards = sheet(admin, division_code=county.townships["A"].code).json["invitations"]
    assert [(card["role"], card["village"]["name"]) for card in cards] == [
        ("supervisor", "子营街道"), ("cadre", "A1村"), ("village", "A2村")]


def test_who_comes_soon_gets_a_card_and_who_left_or_is_disabled_none(as_user, county):
    day = timedelta(days=1)
    coming = county.cadre("A1", from_on=county.now.date() + 3 * day)
    left, disabled = county.cadre("A1", to_on=county.now.date() - day), newcomer(county)
    for person in (coming, left, disabled):
        person.user.first_log_in_at = None
    disabled.user.disabled_at = county.now
    cards = sheet(as_user(county.person("supervisor")), division_code=county.CODE).json["invitations"]
    assert [card["user"]["id"] for card in cards] == [coming.user.id]


def test_whoever_is_named_twice_gets_one_card(as_user, county, client):
    person = newcomer(county)
    [card] = sheet(as_user(county.person("admin")), cadre_ids=[person.cadre.id] * 2).json["invitations"]
    token = card["url"].partition("#invite=")[2]
    assert client.post("/api/v1/sessions", json={"invitation": token, "client": "native"}).status_code == 201


def test_too_many_are_refused_before_any_card_is_void(as_user, county, client, monkeypatch):
    monkeypatch.setattr(invitations_service, "MOST_OF_A_SHEET", 1)
    people, admin = [newcomer(county), newcomer(county)], as_user(county.person("admin"))
    [card] = sheet(admin, user_ids=[people[0].user.id]).json["invitations"]
    answer = sheet(admin, division_code=county.CODE)
    assert (answer.status_code, answer.json["reason"]) == (422, "sheet_too_large")
    token = card["url"].partition("#invite=")[2]
    assert client.post("/api/v1/sessions", json={"invitation": token, "client": "native"}).status_code == 201


def test_a_sheet_is_one_entry_of_the_townships_log_that_holds_no_token(as_user, county):
    people, township = [newcomer(county), newcomer(county, "A2")], county.townships["A"]
    maker = county.person("supervisor", township)
    cards = sheet(as_user(maker), division_code=township.code).json["invitations"]
    [entry] = county.session.scalars(select(AuditEntry).where(AuditEntry.action == "invitation.sheet"))
    assert (entry.chain, entry.user_id, entry.subject, entry.details) == (
        township.id, maker.user.id, f"division:{township.code}",
        {"invitations": 2, "users": [person.user.id for person in people]})
    assert not any(card["url"].partition("=")[2] in str(vars(entry)) for card in cards)


def test_a_sheet_of_many_asks_as_few_questions_as_one_of_few(as_user, county, connection):
    admin, asked = as_user(county.person("admin")), []

    def count(_connection, _cursor, statement, *_more):
        asked.append(statement)

    numbers = []
    for n in (2, 10):
        for _ in range(n):
            newcomer(county)
        county.session.commit()
        asked.clear()
        event.listen(connection, "before_cursor_execute", count)
        assert sheet(admin, division_code=county.CODE).status_code == 201
        event.remove(connection, "before_cursor_execute", count)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] < 30
