"""The API's description: valid OpenAPI 3.1, and complete enough to write a client from."""

import inspect
import json
import re

import jsonschema_rs
import pytest

from tests.test_architecture import handlers

REFUSALS_OF_ALL = {"401", "403"}


@pytest.fixture
def document(shared_app):
    return shared_app.test_client().get("/openapi.json").json


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield f"{method} {path}", operation


def pointers(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from pointers(value)
    elif isinstance(node, list):
        for value in node:
            yield from pointers(value)


def schemas(document):
    """Every schema of the document with the place where it stands."""
    yield from document["components"]["schemas"].items()
    for name, operation in operations(document):
        for parameter in operation.get("parameters", []):
            yield f"{name} {parameter['name']}", parameter["schema"]


def test_the_document_says_what_it_is(document):
    assert (document["openapi"], document["info"]["title"], document["info"]["version"]) == ("3.1.0", "Zhucun", "v1")
    assert sorted(document) == ["components", "info", "openapi", "paths", "tags"]


def test_every_reference_leads_somewhere(document):
    for pointer in set(pointers(document)):
        node = document
        for part in pointer.removeprefix("#/").split("/"):
            assert part in node, pointer
            node = node[part]


def test_every_schema_is_a_valid_json_schema(document):
    for name, schema in schemas(document):
        # OpenAPI 3.1 schemas are JSON Schema 2020-12, so a validator can be made of each.
        jsonschema_rs.validator_for({**schema, "components": document["components"],
                                     "$schema": "https://json-schema.org/draft/2020-12/schema"})
        assert name


def test_no_property_is_left_without_a_type(document):
    wrong = [f"{name}.{key}" for name, schema in document["components"]["schemas"].items()
             for key, value in schema.get("properties", {}).items()
             if not {"type", "$ref", "anyOf", "allOf", "enum"} & value.keys()]
    # The value of a rule is a number or a word, by its key; field errors are nested as the body is.
    assert set(wrong) <= {"Policy.value", "PolicyPost.value", "Rule.value", "SheetRule.value",
                          "CoverageRule.value", "FigureRule.value"}


def test_every_operation_has_its_roles_its_summary_and_its_refusals(document):
    for name, operation in operations(document):
        assert operation["summary"] and operation["tags"] and operation["x-roles"], name
        expected = {"401", "403", "default"}
        if operation["x-roles"] != ["public"]:
            assert operation["security"] == [{"session": []}, {"bearer": []}]
            expected.add("404")
        if "requestBody" in operation:
            expected |= {"400", "409", "422"}
        assert expected <= operation["responses"].keys(), name
        assert any(status.startswith("2") for status in operation["responses"]), name


def test_what_can_be_sent_twice_says_that_it_answers_200_or_201(document):
    twice = {name for name, operation in operations(document) if {"200", "201"} <= operation["responses"].keys()}
    assert twice == {"post /api/v1/ballots",
                     "post /api/v1/check-ins", "post /api/v1/declarations", "post /api/v1/decisions",
                     "post /api/v1/diary-entries", "post /api/v1/diary-submissions",
                     "post /api/v1/diary-readings", "post /api/v1/diary-samples",
                     "post /api/v1/coordinate-reveals", "post /api/v1/data-requests", "post /api/v1/leaves",
                     "post /api/v1/leaves/{leave_id}/steps", "post /api/v1/errands", "post /api/v1/emergency-duties",
                     "post /api/v1/place-proposals", "post /api/v1/month-steps", "post /api/v1/month-closings",
                     "put /api/v1/photos/{sha256}", "post /api/v1/disclosures",
                     "post /api/v1/oddities/{oddity_id}/steps",
                     "put /api/v1/disclosures/{disclosure_id}/files/{file_id}",
                     "post /api/v1/handovers", "post /api/v1/rounds",
                     "post /api/v1/visit-annulments", "post /api/v1/companion-answers", "post /api/v1/concerns",
                     "post /api/v1/concerns/{concern_id}/steps",
                     "post /api/v1/reports/{report_id}/submissions", "post /api/v1/receptions",
                     "post /api/v1/special-reports", "post /api/v1/special-reports/{report_id}/submissions",
                     "post /api/v1/special-reports/{report_id}/readings", "post /api/v1/meetings",
                     "post /api/v1/pledges", "post /api/v1/deeds", "post /api/v1/deeds/{deed_id}/reports",
                     "post /api/v1/completions", "post /api/v1/acceptances",
                     "post /api/v1/acceptances/{acceptance_id}/steps",
                     "post /api/v1/suggestions", "post /api/v1/suggestions/{suggestion_id}/steps",
                     "post /api/v1/suggestions/{suggestion_id}/concerns",
                     "post /api/v1/suggestion-receipts/appeals",
                     "post /api/v1/supervision-notices",
                     "post /api/v1/supervision-notices/{notice_id}/steps",
                     "post /api/v1/rating-campaigns",
                     "put /api/v1/rating-campaigns/{campaign_id}/villages/{village_code}/recordings/{question}",
                     "post /api/v1/spot-checks",
                     "post /api/v1/findings",
                     "post /api/v1/spot-checks/{check_id}/villages/{village_code}",
                     "post /api/v1/mark-schemes",
                     "post /api/v1/mark-sheets",
                     "post /api/v1/mark-sheets/{sheet_id}/appeals",
                     "post /api/v1/contracts",
                     "post /api/v1/contracts/{contract_id}/items",
                     "post /api/v1/contracts/{contract_id}/reviews",
                     "post /api/v1/contracts/{contract_id}/revisions",
                     "post /api/v1/contracts/{contract_id}/steps",
                     "post /api/v1/assessed-votes",
                     "post /api/v1/teller-counts"}


def test_an_edit_that_checks_its_version_says_so(make_app, document):
    checked = {method.lower() + " " + re.sub(r"<[a-z]+(?:\([^)]*\))?:([a-z_]+)>", r"{\1}", rule)
               for rule, method, view in handlers(make_app())
               if "check_if_match(" in inspect.getsource(inspect.unwrap(view)) and rule.startswith("/api/")}
    said = {name for name, operation in operations(document)
            if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", []))}
    assert checked == said
    for name, operation in operations(document):
        assert (name in said) == ({"412", "428"} <= operation["responses"].keys())


def test_a_fixed_list_of_words_is_in_the_document(document):
    sent = document["components"]["schemas"]["CheckInPost"]["properties"]
    assert sent["captured_at"]["format"] == "date-time"
    assert sent["location_error"]["enum"] == ["denied", "unavailable", "timeout", "unsupported", "interrupted", None]
    assert document["components"]["schemas"]["CheckInPost"]["additionalProperties"] is False
    assert document["paths"]["/api/v1/calendar-days/{day}"]["parameters"] == [
        {"in": "path", "name": "day", "required": True, "schema": {"type": "string", "format": "date"}}]


def test_the_document_names_no_machine(document):
    assert "localhost" not in json.dumps(document) and "127.0.0.1" not in json.dumps(document)
