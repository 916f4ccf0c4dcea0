"""The page of the suggestion box as it is served: for whom, how light, and that nothing of a visit is noted."""

import json
import re

from api import i18n
from api.ratings.codes_rules import RECEIPT
from api.ratings.codes_service import new_code

MOST_BYTES = 40_000


def test_the_page_says_whose_box_it_is(client, app, county):
    app.config["HOTLINE"] = '"><script>alert(1)</script>'
    answer = client.get(f"/suggestions/{county.villages['A1'].code}")
    text = answer.get_data(as_text=True)
    assert (answer.status_code, 'data-place="A1村"' in text, 'data-level="village"' in text) == (200, True, True)
    assert "<script>alert" not in text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers and "X-Request-Id" not in answer.headers
    assert 'data-place="余庆县"' in client.get("/suggestions/").get_data(as_text=True)


def test_an_address_that_is_none_leads_to_the_countys_box(client, county):
    for code in ("999999999999", "520300000000"):
        answer = client.get(f"/suggestions/{code}")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/suggestions/")
    assert client.get("/suggestions/1").status_code == 404


def test_the_whole_page_is_light(client, county):
    document = client.get(f"/suggestions/{county.villages['A1'].code}").get_data(as_text=True)
    paths = {"/suggestions/", *re.findall(r'(?:href|src)="(/[^"]+)"', document)}
    sizes = {path: len(client.get(path, headers={"Accept-Encoding": "gzip"}).data) for path in paths}
    assert len(paths) > 8 and 0 < sum(sizes.values()) < MOST_BYTES, sizes


def test_no_log_line_and_no_measure_tells_of_a_visit(client, county, capfd):
    def measured():
        return [line for line in client.get("/metrics").text.splitlines() if "suggestion" in line.lower()]

    # Other tests may have read the box from a desk, which is counted.
    receipt, before = new_code(RECEIPT), measured()
    capfd.readouterr()
    client.get(f"/suggestions/{county.villages['A1'].code}")
    client.post("/api/v1/suggestions", json={
        "id": "8e6e21a0-0000-4000-8000-000000000001", "receipt": receipt, "kind": "complaint", "about": "person",
        "about_whom": "村会计", "text": "收钱不给收据"})
    client.post("/api/v1/suggestion-receipts", json={"receipt": receipt})
    client.post("/api/v1/suggestion-receipts/appeals", json={
        "id": "8e6e21a0-0000-4000-8000-000000000002", "receipt": receipt, "text": "没有解决问题"})
    client.get("/livez")
    said = "".join(capfd.readouterr())
    assert "suggestion" not in said
    assert measured() == before


def test_the_words_of_the_page_promise_nothing_else(client):
    words = json.loads(client.get("/words/suggestions.zh.json").data)
    assert {key.split(".")[0] for key in words} == {"suggestions", "suggestion"}
    assert words["suggestions.kept.day"] == i18n.text("zh", "suggestions.kept.day")
