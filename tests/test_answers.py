"""The application's own answers: by the session of whoever asks, and touching nothing else of that request."""

import pytest
from flask import g, request
from sqlalchemy import text
from werkzeug.exceptions import NotFound

from api import db
from api.answers import own_answer

PATH, ENDPOINT = "/api/v1/application-facts", "application-facts.ApplicationFacts"


@pytest.fixture
def asking(app):
    """A request that has read something already, and has something of its own in `g`."""
    with app.test_request_context("/api/v1/exports", method="POST", headers={"Authorization": "Bearer a"}):
        db.only_read()
        db.session().execute(text("SELECT 1"))
        g.own = "mine"
        yield


def test_it_is_answered_by_the_session_that_asks_which_stays_open(app, asking, monkeypatch):
    seen = []

    def view():
        seen.append((db.session(), g.get("own"), request.headers["Authorization"], dict(request.args)))
        g.own = "the other's"
        return {"a": 1}

    monkeypatch.setitem(app.view_functions, ENDPOINT, view)
    session = db.session()
    for _page in range(2):
        assert own_answer(PATH, {"page": 2, "state": None}).body == {"a": 1}
    assert seen == 2 * [(session, None, "Bearer a", {"page": "2"})]
    # Neither closed nor changed by what was asked meanwhile: the next page comes from the same snapshot.
    assert (db.session(), session.in_transaction(), g.own) == (session, True, "mine")


def test_what_a_route_raises_comes_out_and_the_session_stays_open(app, asking, monkeypatch):
    def view():
        raise LookupError("no such thing")

    monkeypatch.setitem(app.view_functions, ENDPOINT, view)
    session = db.session()
    with pytest.raises(LookupError):
        own_answer(PATH, {})
    with pytest.raises(NotFound):
        own_answer("/api/v1/no-such-list", {})
    assert (db.session(), session.in_transaction(), g.own) == (session, True, "mine")
