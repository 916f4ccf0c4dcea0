"""With four ballots nothing is told anywhere: every address answers everybody as if nobody had voted; at five it is."""

import io
import json
import re
from datetime import timedelta
from uuid import UUID

import openpyxl
import pytest
from werkzeug.routing import BuildError, UUIDConverter

from api.ratings import closing_service, urn_service
from tests.conftest import NOW
from tests.ratings.urn_data import RING, make_urn

MARK = "独一无二的话"
EXPORTS = "/api/v1/exports"
ROLES = ("supervisor", "village", "admin", "auditor", "discipline")
# What differs from one asking to the next whatever anybody did.
VOLATILE = re.compile(r'"(request_id|token|made_at|free_mb)": ?"?[^",}]*"?')
# Its entries have numbers of their own, so it is only searched; metrics count the asking itself.
NOT_COMPARED = ("/api/v1/audit-entries", "/api/v1/audit-checks", "/metrics", "/readyz")


class Walker:
    """Asks every address that can be read, as every role, with all that leads to a campaign; and takes its workbook."""

    def __init__(self, app, county, as_user, urn):
        self.app, self.urn, self.county = app, urn, county
        self.clients = {role: as_user(county.person(role, county.villages["A1"] if role == "village" else None))
                        for role in ROLES}
        self.clients["rated"] = as_user(county.cadre("A1"))
        self.clients["nobody"] = app.test_client()

    def paths(self) -> list[str]:
        village = self.county.villages["A1"].code
        values = {"code": village, "village_code": village, "year": 2026, "day": NOW.date(),
                  "month": "2026-11", "question": "q1", "name": "x", "kind": "work_log"}
        found = []
        adapter = self.app.url_map.bind("localhost")
        for rule in self.app.url_map.iter_rules():
            if "GET" not in rule.methods or rule.rule.startswith(("/static", "/vendor")):
                continue
            ids = {name: self.urn.id if isinstance(converter, UUIDConverter) else 1
                   for name, converter in rule._converters.items()}
            arguments = {name: values.get(name, ids[name]) for name in rule.arguments}
            try:
                found.append(adapter.build(rule.endpoint, arguments))
            except (BuildError, ValueError):
                continue
        return sorted(set(found))

    def walk(self) -> dict:
        query = {"campaign_id": str(self.urn.id), "division": self.county.CODE, "month": "2026-11", "year": 2026,
                 "from": "2026-11-01", "to": "2026-11-30"}
        found = {}
        for role, client in self.clients.items():
            for path in self.paths():
                for asked in (query, {**query, "division": self.county.villages["A1"].code}):
                    answer = client.get(path, query_string=asked, buffered=True)
                    text = answer.get_data(as_text=True) if "json" in answer.content_type else str(len(answer.data))
                    found[role, path, tuple(asked.items())] = (answer.status_code, VOLATILE.sub("", text))
            taken = client.post(EXPORTS, buffered=True,
                                json={"kind": "rating_results", "campaign_id": str(self.urn.id)})
            found[role, EXPORTS, ()] = (taken.status_code, cells(taken))
        return found


def cells(answer) -> str:
    """What stands in a workbook, which is packed with the time in it; of a refusal why."""
    if answer.status_code != 200:
        return answer.json["reason"] or ""
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return json.dumps([[cell.value for cell in row] for sheet in book for row in sheet.rows], ensure_ascii=False)


def fill(session, bodies):
    for body in bodies:
        urn_service.cast(session, today=NOW.date(), **{**body, "id": UUID(body["id"])})


@pytest.mark.slow
@pytest.mark.parametrize("connection", ["sqlite"], indirect=True)
@pytest.mark.parametrize("closes", [False, True], ids=["open", "closed"])
def test_four_ballots_are_told_like_none_and_five_are_told_once_the_campaign_is_closed(
        app, county, connection, as_user, clock, closes):
    urn = make_urn(county, last_on=NOW.date() + timedelta(days=5))
    county.session.commit()
    # The day after, when what came in on a day may be told; everybody logs in then.
    clock.now = county.now = NOW + timedelta(days=1)
    walker = Walker(app, county, as_user, urn)

    def told(ballots: int) -> dict:
        county.session.expire_all()
        county.session.commit()
        held = connection.begin_nested()
        fill(county.session, [*urn.ballots(ballots, text=MARK), *urn.ballots(ballots, way="open", text=MARK)])
        if closes:
            closing_service.close_campaign(county.session, RING, campaign_id=urn.id, by_id=None, now=clock.now)
        county.session.commit()
        found = walker.walk()
        # What was read again meanwhile has begun, and would outlive what it read.
        county.session.commit()
        held.rollback()
        return found

    none, four, five = told(0), told(4), told(5)
    asked = {path for _role, path, _query in none}
    assert {"/api/v1/rating-results", "/api/v1/rating-texts", f"/api/v1/rating-campaigns/{urn.id}",
            "/metrics", "/api/v1/audit-entries"} <= asked
    assert {status for (role, path, _query), (status, _text) in none.items()
            if role == "supervisor" and path == "/api/v1/rating-campaigns"} == {200}
    assert len(asked) > 80 and none.keys() == four.keys()
    differs = {key: (none[key], four[key]) for key in none
               if none[key] != four[key] and not key[1].startswith(NOT_COMPARED)}
    assert differs == {}
    assert not any(MARK in text for _status, text in four.values())
    shown = {(role, path) for (role, path, query) in five if five[role, path, query] != none[role, path, query]
             and not path.startswith(NOT_COMPARED)}
    results = {(role, path) for role in ("supervisor", "rated")
               for path in ("/api/v1/rating-results", "/api/v1/rating-texts", EXPORTS)}
    participation = {(role, path) for role, path in shown if path.endswith("/villages") or "campaigns" in path}
    assert shown - participation == (results if closes else set())
    answers = [json.loads(text) for (role, path, query), (status, text) in five.items()
               if (role, path) == ("supervisor", "/api/v1/rating-results") and status == 200]
    assert bool(answers) == closes
    assert all(answer["total"]["household"]["ballots"] == 5 for answer in answers)
