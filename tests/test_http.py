"""The HTTP edge: fields, ETags, and when two bodies are the same record."""

import json
from datetime import UTC, date, datetime
from uuid import UUID

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import http
from api.amounts import as_number
from api.checkin.schemas import CheckInPostSchema
from api.postings.account_schemas import USERNAME

ID = "0d3f7a52-5a0f-4a1e-9c3e-4d6f9a1b2c3d"


@pytest.mark.parametrize(("sent", "loaded"), [
    ("2026-11-22T08:42:00+08:00", datetime(2026, 11, 22, 0, 42, tzinfo=UTC)),
    ("2026-11-22T00:42:00Z", datetime(2026, 11, 22, 0, 42, tzinfo=UTC)),
    ("2026-11-22T00:42:00.123456Z", datetime(2026, 11, 22, 0, 42, 0, 123456, tzinfo=UTC)),
    ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
    ("2099-12-31T23:59:59Z", datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)),
])
def test_an_instant_is_kept_in_utc(sent, loaded):
    instant = http.Instant().deserialize(sent)
    assert (instant, instant.tzinfo) == (loaded, UTC)


@pytest.mark.parametrize(("sent", "message"), [
    ("2026-11-22T08:42:00", "A time needs its offset, such as +08:00."),
    ("2026-11-22", "A time needs its offset, such as +08:00."),
    ("0001-01-01T00:00:00+08:00", "Times must lie between the years 2000 and 2100."),   # no UTC time at all
    ("9999-12-31T23:59:59-08:00", "Times must lie between the years 2000 and 2100."),
    ("2000-01-01T07:59:59+08:00", "Times must lie between the years 2000 and 2100."),   # still 1999 in UTC
    ("2100-01-01T00:00:00Z", "Times must lie between the years 2000 and 2100."),
    ("soon", "Not a time with offset, such as 2026-11-22T08:42:00+08:00."),
    ("2026-02-30T08:42:00Z", "Not a time with offset, such as 2026-11-22T08:42:00+08:00."),
    ("2026-11-22T08:42:00+99:00", "Not a time with offset, such as 2026-11-22T08:42:00+08:00."),
    ("20261122T084200Z", "Not a time with offset, such as 2026-11-22T08:42:00+08:00."),
    ("2026-W47-7T08:42:00Z", "Not a time with offset, such as 2026-11-22T08:42:00+08:00."),
    ("2026-11-22T08:42:00Z" * 9, "Not a time with offset, such as 2026-11-22T08:42:00+08:00."),
    (1763772120, "Not a time with offset, such as 2026-11-22T08:42:00+08:00."),
    (None, "Field may not be null."),
])
def test_a_time_without_meaning_is_refused(sent, message):
    with pytest.raises(ma.ValidationError) as caught:
        http.Instant().deserialize(sent)
    assert caught.value.messages == [message]


def test_an_instant_is_sent_with_its_offset():
    assert http.Instant()._serialize(datetime(2026, 11, 22, 0, 42, tzinfo=UTC), "", None) == "2026-11-22T00:42:00Z"


@pytest.mark.parametrize("sent", ["2026-11-2", "20261122", "2026-W47-7", "2026-02-29", "22.11.2026", 20261122, None, "",
                                  "1999-12-31", "2100-01-01", "２０２６-11-22"])
def test_a_day_is_ten_characters_of_this_century(sent):
    with pytest.raises(ma.ValidationError):
        http.Day().deserialize(sent)


def test_a_month_is_its_first_day():
    assert http.Month().deserialize("2026-11") == date(2026, 11, 1)
    assert http.Month()._serialize(date(2026, 11, 1), "", None) == "2026-11"
    for sent in ("2026-13", "2026-1", "2026-11-01", 202611):
        with pytest.raises(ma.ValidationError):
            http.Month().deserialize(sent)


@pytest.mark.parametrize("sent", ["999", "27.2", "", True, False, float("nan"), float("inf"), -float("inf"), None, []])
def test_a_number_is_a_json_number(sent):
    with pytest.raises(ma.ValidationError):
        http.Number().deserialize(sent)


@pytest.mark.parametrize("sent", ["5", True, 1.5, 2**63, -2**63, 10**400, 1e300, float("nan"), float("inf"), None, []])
def test_a_whole_number_fits_into_the_databases(sent):
    with pytest.raises(ma.ValidationError):
        http.WholeNumber().deserialize(sent)


@pytest.mark.parametrize(("sent", "kept", "answered"), [
    (12.5, 1250, 12.5), (12, 1200, 12), (12.0, 1200, 12), (0.29, 29, 0.29), (1.1, 110, 1.1), (-0.01, -1, -0.01),
    (0, 0, 0), (-0.0, 0, 0), (999_999_999_999.99, 99_999_999_999_999, 999_999_999_999.99), (4.35, 435, 4.35),
    (1e3, 100_000, 1000),
])
def test_an_amount_is_kept_in_hundredths(sent, kept, answered):
    loaded = http.Hundredths().deserialize(sent)
    assert (loaded, type(loaded)) == (kept, int)
    shown = http.Hundredths()._serialize(kept, "", None)
    assert (shown, type(shown)) == (answered, type(answered))


@pytest.mark.parametrize("sent", ["12", True, None, [], 0.001, 12.345, 1e-9, 10**12, -10**12, 10**400, 1e300,
                                  float("nan"), float("inf")])
def test_an_amount_has_two_decimals_at_most(sent):
    with pytest.raises(ma.ValidationError):
        http.Hundredths().deserialize(sent)


@given(st.integers(-10**14 + 1, 10**14 - 1))
def test_every_amount_comes_back_as_it_went(hundredths):
    shown = http.Hundredths()._serialize(hundredths, "", None)
    assert http.Hundredths().deserialize(json.loads(json.dumps(shown))) == hundredths


def test_no_amount_stays_none():
    assert http.Hundredths(allow_none=True).deserialize(None) is None
    assert as_number(None) is None


@pytest.mark.parametrize("sent", [0, -1, http.MAX_ID + 1, 10**30, "12", 1.5, True, [1]])
def test_a_key_is_a_whole_number_that_a_row_could_have(sent):
    with pytest.raises(ma.ValidationError):
        http.id_field().deserialize(sent)


@pytest.mark.parametrize("sent", ["0", "-1", str(http.MAX_ID + 1), "x", "1.5", "1_000", " 1", "+1", "1" * 5000, ""])
def test_a_key_in_a_query_is_written_in_digits(sent):
    with pytest.raises(ma.ValidationError):
        http.id_in_query().deserialize(sent)
    assert http.id_in_query().deserialize("12") == 12


@pytest.mark.parametrize("sent", ["520329000000\n", "52032900000", "5203290000001", "52032900000０", "", 520329000000])
def test_a_division_code_has_twelve_digits(sent):
    with pytest.raises(ma.ValidationError):
        http.division_code().deserialize(sent)


@pytest.mark.parametrize(("name", "fits"), [
    ("wang.wei-2_a", True), ("w2", True), ("a" * 64, True),
    ("w", False), ("Wang", False), ("王伟", False), ("wang wei", False), (".wang", False), ("wang\n", False),
    ("a" * 65, False),
])
def test_a_user_name_can_be_typed_on_any_phone(name, fits):
    try:
        USERNAME(name)
        assert fits
    except ma.ValidationError:
        assert not fits


def loaded(**changes) -> dict:
    body = {"id": ID, "captured_at": "2026-11-22T08:42:00+08:00",
            "position": {"latitude": 27.0, "longitude": 107.5, "accuracy_m": 20}, **changes}
    return CheckInPostSchema().load({key: value for key, value in body.items() if value != "absent"})


@pytest.mark.parametrize("same", [
    {"captured_at": "2026-11-22T00:42:00Z"},                # the same instant
    {"captured_at": "2026-11-22T00:42:00.000Z"},
    {"elapsed_ms": 5000},                                   # tells when it was sent, not what
    {"note": None},                                         # null and absent are alike
    {"position": {"latitude": 27, "longitude": 107.5, "accuracy_m": 20.0}},     # one number in JSON
    {"position": {"latitude": 27.0, "longitude": 107.5, "accuracy_m": 20, "datum": "wgs84"}},
    {"id": ID.upper()},
])
def test_a_record_sent_again_is_the_same_record(same):
    assert http.content_hash(loaded(**same)) == http.content_hash(loaded())


@pytest.mark.parametrize("other", [
    {"captured_at": "2026-11-22T08:42:00.001+08:00"},
    {"note": "在村"},
    {"note": ""},                                           # an empty note was written, an absent one was not
    {"position": {"latitude": 27.0, "longitude": 107.5}},
    {"position": {"latitude": 27.0, "longitude": 107.5, "accuracy_m": 20, "datum": "gcj02"}},
    {"position": "absent"},
    {"device_id": "phone"},
])
def test_another_content_is_another_record(other):
    assert http.content_hash(loaded(**other)) != http.content_hash(loaded())


def test_a_hash_does_not_mix_up_names_and_values():
    assert http.content_hash({"a": "b", "c": None}) == http.content_hash({"a": "b"})
    assert http.content_hash({"a": ["1", "2"]}) != http.content_hash({"a": "1,2"})
    assert http.content_hash({"a": UUID(ID)}) == http.content_hash({"a": ID})
    assert len(http.content_hash({})) == 32


@pytest.mark.parametrize(("header", "expected"), [
    ('"3"', 200), ('W/"3"', 200), ('"1", "3"', 200), ("*", 200),
    ('"2"', 412), ("3", 412), ("", 428), (None, 428),
])
def test_an_edit_names_the_version_that_it_is_based_on(as_user, county, header, expected):
    person = county.person("admin")
    person.user.version = 3
    answer = as_user(person).patch("/api/v1/me", json={"language": "en"},
                                   headers={"If-Match": header} if header is not None else {})
    assert (answer.status_code, answer.headers.get("ETag")) == (
        expected, {200: '"4"', 412: '"3"', 428: None}[expected])


@pytest.mark.parametrize("text", ["\x00", "a\ud800", "\udfff"])
def test_text_that_a_database_could_not_hold_is_refused(text):
    schema = CheckInPostSchema()
    for body in ({"note": text}, {"position": {"latitude": 27, "longitude": 107, "datum": text}}, {text: 1}):
        with pytest.raises(ma.ValidationError) as caught:
            schema.load({"id": ID, "captured_at": "2026-11-22T08:42:00+08:00", **body})
        assert str(caught.value.messages).encode()
