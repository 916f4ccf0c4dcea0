"""A PostgreSQL that is stopped while people work, and comes back."""

import pytest

from tests.databases import PostgresServer, migrated, server_binaries
from tests.faults.conftest import Field


@pytest.fixture
def own_server(postgres_server):
    """A server of the test's own, to be stopped."""
    server = PostgresServer(server_binaries())
    yield server
    server.stop()


@pytest.mark.slow
def test_while_the_server_is_away_it_is_503_and_the_phone_sends_again(own_server, serving):
    field = Field(migrated(own_server.create("field")))
    client = serving(field).test_client()

    def send(body):
        return client.post("/api/v1/check-ins", json=body, headers=field.headers())

    kept, lost = field.body(days_ago=1), field.body()
    assert send(kept).status_code == 201
    field.database.engine.dispose()
    own_server.halt()
    for _ in range(3):
        answer = send(lost)
        assert (answer.status_code, answer.json["reason"], answer.headers["Retry-After"]) == (503, "unavailable", "5")
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["checks"]["database"]["ok"]) == (503, False)
    assert client.get("/livez").status_code == 200
    own_server.start()
    assert [send(kept).status_code, send(lost).status_code] == [200, 201]
    assert client.get("/readyz").status_code == 200
    assert field.stored() == {kept["id"], lost["id"]}
    field.assert_whole()
    field.database.engine.dispose()
