"""The application's own answers: what a GET of the API would tell the user of this request. Knows no route by name.

Whoever makes a file of a list asks the list itself, so that the file can hold nothing that the list would not show.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app, request

from api import db

# Who asks, and in which language; nothing else of the request goes along.
_HEADERS = ("Authorization", "Cookie", "Accept-Language")


@dataclass(frozen=True)
class Answer:
    """What a GET answered: its JSON, and how many pages of it there are where it says so."""

    body: dict
    headers: Mapping[str, str]


def own_answer(path: str, query: Mapping[str, object]) -> Answer:
    """What `GET path` tells the user of this request; None in the query is left out.

    It is answered by the session of this request, so that all pages of a list come from one snapshot where that
    session is one that only reads. Raises what the route itself raises: who may not ask it gets nothing here.
    """
    headers = {name: request.headers[name] for name in _HEADERS if name in request.headers}
    asked = current_app.test_request_context(
        path, method="GET", base_url=request.host_url, headers=headers,
        query_string={name: str(value) for name, value in query.items() if value is not None})
    # A `g` of its own, whether Flask gives a request within a request one or not; of ours it gets the session alone.
    held = db.session()
    with current_app.app_context(), asked, db.lent(held):
        asked.match_request()
        if request.routing_exception is not None:
            raise request.routing_exception
        answer = current_app.make_response(current_app.view_functions[request.endpoint](**(request.view_args or {})))
    return Answer(answer.get_json(), answer.headers)
