"""The meeting that the tests of assessed votes are about: who may have to do with it, and how far it has come."""

import pytest

from tests.ratings.votes.vote_data import COUNTS, VOTES, code_in, count_body, subject_count, vote_body


@pytest.fixture
def people(county):
    """Everybody that a vote of village A1 may have to do with."""
    return {
        "county": county.person("supervisor", name="钱主任"),
        "township": county.person("supervisor", county.townships["A"]),
        "committee": county.person("village", county.villages["A1"], name="孙主任"),
        "voted": county.cadre("A1", name="王伟"), "also_voted": county.cadre("A1", name="李娜"),
        "colleague": county.cadre("A1"), "neighbour": county.person("village", county.villages["A2"]),
        "other_township": county.person("supervisor", county.townships["B"]), "other_cadre": county.cadre("B1")}


@pytest.fixture
def prepared(as_user, people, county):
    """Prepare a vote on 王伟 as the committee and answer it."""
    def prepare(*cadres, **changes):
        body = vote_body(county, *(cadres or [people["voted"]]), **changes)
        return as_user(people["committee"]).post(VOTES, json=body).json
    return prepare


@pytest.fixture
def opened(as_user, people, prepared):
    """A vote whose counting is open, with the codes of both tellers."""
    def open_(*cadres, **changes):
        vote = prepared(*cadres, **changes)
        answer = as_user(people["committee"]).post(f"{VOTES}/{vote['id']}/countings")
        return vote, [code_in(one) for one in answer.json["tellers"]]
    return open_


@pytest.fixture
def agreed(client, people, opened):
    """A vote that both tellers counted alike."""
    def agree(**changes):
        vote, codes = opened(**changes)
        for code in codes:
            assert client.post(COUNTS, json=count_body(code, subject_count(people["voted"]))).status_code == 201
        return vote
    return agree
