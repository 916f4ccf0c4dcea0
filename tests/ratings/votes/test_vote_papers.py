"""The papers of a vote: a ballot that says nothing of who fills it in, and the result only once both tellers agree."""

from io import BytesIO

import docx
import pytest

from tests.ratings.votes.vote_data import COUNTS, VOTES, count_body, reason, subject_count


def paper(client, kind, vote):
    return client.post("/api/v1/exports", json={"kind": kind, "vote_id": vote["id"]}, buffered=True)


def tables(answer) -> list[list[list[str]]]:
    found = docx.Document(BytesIO(answer.data)).tables
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in found]


def lines(answer) -> str:
    return "\n".join(one.text for one in docx.Document(BytesIO(answer.data)).paragraphs)


def test_the_ballot_asks_for_the_usual_grades_and_the_five_headings(as_user, people, prepared):
    answer = paper(as_user(people["committee"]), "vote_form", prepared(people["voted"], people["also_voted"]))
    grades = ["", "优秀", "称职", "基本称职", "不称职"]
    rows = [grades, *([name, "", "", "", ""] for name in ("总评", "德", "能", "勤", "绩", "廉"))]
    assert (answer.status_code, tables(answer)) == (200, [rows, rows])
    text = lines(answer)
    assert "民主测评表" in text and "姓名：王伟" in text and "姓名：李娜" in text and "A1村" in text
    assert "张三" not in text and "签字" not in text


def test_where_the_policy_asks_for_no_headings_the_ballot_has_none(as_user, county, people):
    admin = as_user(county.person("admin"))
    assert admin.post("/api/v1/policies", json={
        "division_code": county.CODE, "key": "vote_headings", "value": "none", "effective_from": "2026-11-01",
        "source": "县里定的"}).status_code == 201
    client = as_user(people["committee"])
    body = {"id": "0d3f7a52-5a0f-4a1e-9c3e-4d6f9a1b2c3d", "village_code": county.villages["A1"].code,
            "held_on": "2026-11-20", "place": "村委会", "presided_by": "周监委", "tellers": ["张三", "李四"],
            "groups": [{"voters": "party_members", "expected": 9, "present": 9}],
            "cadre_ids": [people["voted"].cadre.id]}
    vote = client.post(VOTES, json=body).json
    assert vote["has_headings"] is False
    assert tables(paper(client, "vote_form", vote)) == [
        [["", "优秀", "称职", "基本称职", "不称职"], ["总评", "", "", "", ""]]]


def test_the_minutes_carry_numbers_shares_and_places_to_sign(as_user, people, agreed):
    vote = agreed()
    answer = paper(as_user(people["township"]), "vote_minutes", vote)
    came, ballots, result = tables(answer)
    assert came == [["参会人员", "应到", "实到"], ["村“两委”成员", "5", "4"], ["村民代表", "10", "8"], ["合计", "15", "12"]]
    assert ballots == [["发出", "收回", "废票", "有效票"], ["12", "11", "1", "10"]]
    assert result[:3] == [["", "优秀", "称职", "基本称职", "不称职", "弃权"],
                          ["总评", "5（50.0%）", "3（30.0%）", "1（10.0%）", "0（0.0%）", "1（10.0%）"],
                          ["德", "6（60.0%）", "3（30.0%）", "1（10.0%）", "0（0.0%）", "—"]]
    text = lines(answer)
    assert "主持人（村务监督委员会）签字" in text and "计票人签字" in text and "（盖章）" in text


def test_no_result_is_printed_before_both_tellers_agree(as_user, client, people, opened):
    vote, codes = opened()
    holder = as_user(people["committee"])
    assert reason(paper(holder, "vote_minutes", vote)) == (409, "vote_not_counted")
    client.post(COUNTS, json=count_body(codes[0], subject_count(people["voted"])))
    assert reason(paper(holder, "vote_minutes", vote)) == (409, "vote_not_counted")


@pytest.mark.parametrize("kind", ["vote_form", "vote_minutes"])
def test_who_has_no_part_in_it_gets_no_paper(as_user, people, agreed, kind):
    vote = agreed()
    statuses = {who: paper(as_user(person), kind, vote).status_code for who, person in people.items()}
    assert statuses == {**dict.fromkeys(statuses, 404), "county": 200, "township": 200, "committee": 200, "voted": 403}


def test_a_name_that_looks_like_a_formula_stays_text(as_user, people, prepared):
    vote = prepared(place="=1+1", presided_by="<w:t>周</w:t>")
    assert paper(as_user(people["committee"]), "vote_form", vote).status_code == 200
