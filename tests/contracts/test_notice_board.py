"""The public notice board: all that was published, nothing else, light, in two languages, without a log-in."""

import gzip
import json
import re
from datetime import date
from uuid import uuid4

import pytest

from api.contracts.board_page_rules import amount, poster, shown_size, summary
from api.contracts.models import ContractLine
from tests.checkin.test_figures import statements_of
from tests.contracts.board_county import SECRET, Board

MOST_BYTES = 50 * 1024


@pytest.fixture
def board(county):
    return Board(county)


def addresses(county, village="A1"):
    code = county.villages[village].code
    return f"/api/v1/notice-boards/{code}", f"/notice-board/{code}"


def test_everybody_sees_what_a_village_has_published(client, county, board):
    board.public_things()
    data, page = (client.get(address) for address in addresses(county))
    assert (data.status_code, page.status_code, page.mimetype) == (200, 200, "text/html")
    text = page.get_data(as_text=True)
    for words in ("任期承诺1", "修通组路", "建文化广场", "一季度收支", "修路决议", "补贴", "收支明细"):
        assert f"{words}公之于众" in text
        assert f"{words}公之于众" in json.dumps(data.json, ensure_ascii=False)
    for words in ("✔ 验收：已完成", "还在办", "其他”一项占40.0%", "缺一步：村“两委”商议", "应到40人，实到36人",
                  "0852-2462138", "上级安排，依据：县发1号", "6,000.50", "93.50", "目标：3公里"):
        assert words in text, words


def test_a_verdict_stands_beside_the_words_that_it_was_given_on(client, county, board):
    contract = board.contract()
    accepted = board.item(board.revision(contract, state="replaced"), "修通组路三公里")
    revised = board.revision(contract, number=2, reason="改写")
    board.item(revised, "修通组路一公里", line=board.session.get(ContractLine, accepted.line_id),
               target_hundredths=100)
    board.acceptance(accepted)
    [item] = client.get(addresses(county)[0]).json["contracts"][0]["items"]
    assert (item["text"], item["target"], item["acceptance"]["verdict"]) == ("修通组路三公里", 3, "met")
    assert "修通组路一公里" not in client.get(addresses(county)[1]).get_data(as_text=True)


def test_the_data_of_a_board_are_complete(client, county, board):
    file = board.public_things()
    found = client.get(addresses(county)[0]).json
    term, year = found["contracts"]
    road = year["items"][0]
    assert (term["kind"], len(term["items"]), year["number"], year["is_closed"]) == ("term", 4, 1, False)
    assert road["acceptance"] == {
        "verdict": "met", "measured": 3.1, "inspected_on": "2026-10-08", "confirmed_at": "2026-03-01T02:00:00Z",
        "satisfied": 9, "asked": 10}
    assert found["marks"][0]["marks"] == 93.5
    assert found["marks"][0]["criteria"][0] == {"text": "修路", "dimension": "economy", "full_marks": 60.0,
                                                "marks": 55.5}
    finance = next(one for one in found["disclosures"] if one["disclosure_class"] == "finance")
    assert finance["files"] == [{"id": str(file.id), "name": "收支明细公之于众.xlsx", "size_bytes": file.size_bytes,
                                 "mimetype": file.mimetype}]
    assert set(finance) == {"id", "disclosure_class", "title", "text", "first_on", "last_on", "lines", "totals",
                            "files", "deliberations", "hints", "published_at"}
    assert (found["hotline"], found["address"]) == (
        "0852-2462138", f"http://localhost/notice-board/{county.villages['A1'].code}")


def test_nothing_unpublished_is_reachable(client, county, board):
    board.public_things()
    files = board.secret_things()
    county.session.commit()
    data, page = addresses(county)
    shown = [client.get(address) for address in (data, page, f"{page}?language=en")]
    shown += [client.get(f"{page}/disclosures/{one['id']}") for one in shown[0].json["disclosures"]]
    assert {answer.status_code for answer in shown} == {200}
    for answer in shown:
        text = answer.get_data(as_text=True)
        assert SECRET not in text and json.dumps(SECRET)[1:-1] not in text
        assert not any(str(file.id) in text for file in files)
    # Neither by its own address.
    for file in files:
        for address in (f"{page}/files/{file.id}", f"{page}/disclosures/{file.disclosure_id}",
                        f"{data}/files/{file.id}"):
            assert client.get(address).status_code == 404
    # What was inspected and not confirmed has no verdict yet; of a contract the published version is shown.
    contracts = shown[0].json["contracts"]
    assert [one["acceptance"] for one in contracts[-1]["items"]] == [None]
    assert [(one["first_on"][:4], one["number"]) for one in contracts] == [
        ("2024", 1), ("2026", 1), ("2025", 2), ("2023", 1)]
    assert "公之于众" in shown[1].get_data(as_text=True)


def test_a_file_is_there_only_while_its_disclosure_is(client, county, board):
    file = board.public_things()
    page = addresses(county)[1]
    answer = client.get(f"{page}/files/{file.id}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, file.content, file.mimetype)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert (answer.headers["X-Content-Type-Options"], answer.headers["X-Robots-Tag"],
            answer.headers["Cache-Control"]) == ("nosniff", "noindex, nofollow", "no-store")
    # Of another village's board it is not.
    assert client.get(f"{addresses(county, 'A2')[1]}/files/{file.id}").status_code == 404
    disclosure = county.session.get(type(board.disclosure("x")), file.disclosure_id)
    disclosure.state = "withdrawn"
    county.session.commit()
    assert client.get(f"{page}/files/{file.id}").status_code == 404


def test_the_hotline_of_an_unpublished_roster_stays_inside(client, county, board, app):
    board.public_things()
    from_roster = client.get(addresses(county)[0]).json["hotline"]
    app.config["HOTLINE"] = "12345"
    elsewhere = client.get(addresses(county, "B1")[0]).json["hotline"]
    assert (from_roster, elsewhere) == ("0852-2462138", "12345")


def test_nobody_searches_for_it(client, county, board):
    board.public_things()
    for address in (*addresses(county), "/notice-board/1"):
        assert client.get(address).headers["X-Robots-Tag"] == "noindex, nofollow"
    text = client.get(addresses(county)[1]).get_data(as_text=True)
    assert '<meta name="robots" content="noindex, nofollow">' in text


@pytest.mark.parametrize("address", [
    "/notice-board/520329001000", "/notice-board/000000000000", "/notice-board/x",
    "/notice-board/520329001201/disclosures/0e3a2c60-5f2b-4d8c-9a52-0d7f3f1f7a11",
    "/notice-board/520329001201/files/0e3a2c60-5f2b-4d8c-9a52-0d7f3f1f7a11"])
def test_what_is_not_there_is_said_kindly(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "没有这个村" in answer.get_data(as_text=True)


def test_the_data_of_no_village_are_not_there(client):
    assert client.get("/api/v1/notice-boards/520329001000").json["reason"] == "division_not_found"


def test_an_empty_board_says_so(client, county):
    text = client.get(addresses(county)[1]).get_data(as_text=True)
    assert "还没有公开的承诺" in text and "data-testid=\"poster\"" not in text


def test_it_speaks_english_when_asked_and_chinese_otherwise(client, county, board):
    board.public_things()
    page = addresses(county)[1]
    chinese, english = (client.get(address, headers={"Accept-Language": "en"}).get_data(as_text=True)
                        for address in (page, f"{page}?language=en"))
    assert 'lang="zh-CN"' in chinese and "承诺事项" in chinese
    assert 'lang="en"' in english and "Checked: kept" in english and "board." not in re.sub(r"board\.css", "", english)
    assert "board." not in re.sub(r"board\.css", "", chinese)


def test_the_page_needs_no_script_and_nothing_inline(client, county, board):
    board.public_things()
    text = client.get(addresses(county)[1]).get_data(as_text=True)
    assert "<script" not in text
    assert re.findall(r"\s(?:style|on\w+)=", text) == []
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", text) == []
    assert text.count("<svg") == 4     # to the board and to the box, on the screen and on paper


def test_what_people_wrote_is_text_and_nothing_else(client, county, board):
    board.disclosure("<b>粗</b>", text="<script>alert(1)</script>")
    text = client.get(addresses(county)[1]).get_data(as_text=True)
    assert "&lt;b&gt;粗" in text and "<script" not in text


def a_full_board(board):
    """More than any village has: 60 promises, 40 disclosures with long texts, marks of three years."""
    texts = iter(range(10**6))

    def long(length):
        return "".join(chr(0x4e00 + (next(texts) * 7919) % 8000) for _ in range(length))

    scheme = board.scheme()
    for year in range(2024, 2027):
        revision = board.revision(board.contract(first=date(year, 1, 1), last=date(year, 12, 31)))
        for number in range(1, 21):
            board.item(revision, long(30), number=number, standard=long(30))
        board.sheet(scheme, half=date(year, 1, 1))
    for number in range(40):
        board.disclosure(long(15), kind=("finance", "decision", "benefit")[number % 3], text=long(600),
                         last=date(2026, 3, 31))


def test_even_a_full_board_weighs_less_than_fifty_kilobytes(client, county, board):
    a_full_board(board)
    county.session.commit()
    page = client.get(addresses(county)[1], headers={"Accept-Encoding": "gzip"})
    sheet = client.get("/styles/board.css", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.data) + len(sheet.data) < MOST_BYTES
    assert "以前的" in gzip.decompress(page.data).decode()
    assert client.get(addresses(county)[1], headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


def test_a_board_asks_the_same_number_of_questions_whatever_stands_on_it(client, county, board, connection):
    board.public_things()
    county.session.commit()
    first = statements_of(connection, lambda: client.get(addresses(county)[1]))
    a_full_board(Board(county, "B1"))
    county.session.commit()
    assert statements_of(connection, lambda: client.get(addresses(county, "B1")[1])) == first


@pytest.mark.parametrize(("hundredths", "text"), [
    (None, ""), (0, "0"), (300, "3"), (12345678, "123,456.78"), (-50, "-0.50"), (100, "1")])
def test_amounts_are_written_as_people_write_them(hundredths, text):
    assert amount(hundredths) == text


def test_sizes_of_files_are_round():
    assert [shown_size(size) for size in (10, 2048, 3 * 2**20)] == ["1 KB", "2 KB", "3.0 MB"]


def test_promises_are_counted_by_what_became_of_them():
    items = [{"acceptance": verdict and {"verdict": verdict}} for verdict in ("met", "met", "partly", "not_met", None)]
    assert summary(items) == {"all": 5, "met": 2, "partly": 1, "not_met": 1, "under_way": 1}


def contract(kind, first, last, items=3):
    return {"id": uuid4(), "kind": kind, "first_on": date(first, 1, 1), "last_on": date(last, 12, 31),
            "items": [{"dimension": ("economy", "public_order")[number % 2], "text": "修" * 14}
                      for number in range(items)]}


@pytest.mark.parametrize(("contracts", "chosen", "size"), [
    ([contract("term", 2024, 2028), contract("yearly", 2026, 2026)], 0, "largest"),
    ([contract("term", 2019, 2023), contract("yearly", 2026, 2026, 13)], 1, "medium"),  # the old term is over
    ([contract("yearly", 2024, 2024, 7)], 0, "large"), ([contract("yearly", 2024, 2024, 25)], 0, "small"),
    ([contract("yearly", 2024, 2024, 60)], 0, "tiny"),
])
def test_the_poster_shows_the_term_that_runs(contracts, chosen, size):
    shown = poster(contracts, today=date(2026, 11, 20))
    assert (shown["contract"], shown["size"]) == (contracts[chosen], size)


def test_without_promises_there_is_no_poster():
    assert poster([], today=date(2026, 11, 20)) is None
    assert poster([contract("term", 2024, 2028, 0)], today=date(2026, 11, 20)) is None
