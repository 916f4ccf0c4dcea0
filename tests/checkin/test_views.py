"""Check-ins, declarations and decisions over HTTP: status, body, roles."""

from uuid import uuid4


def test_smoke(as_user, county):
    cadre = county.cadre("A1")
    client = as_user(cadre)
    answer = client.post("/api/v1/check-ins", json={"id": str(uuid4()), "captured_at": "2026-11-20T09:59:00+08:00", "elapsed_ms": 1000,
        "position": {"latitude": 27.2254, "longitude": 107.8879, "accuracy_m": 20}})
    print(answer.json)
    assert answer.status_code == 201
    print(client.get("/api/v1/on-post-rates?month=2026-11").json)
    print(client.get("/api/v1/stationed-days?from=2026-11-19&to=2026-11-20").json)
    print(client.get("/api/v1/me").json)
    assert 0
