"""The server against its own description: schemathesis sends what the document allows, and what it forbids."""

from collections import Counter
from datetime import date, time

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.docx import DOCX
from api.ratings.recordings_rules import MIMETYPES

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance, negative_data_rejection]
EXAMPLES = 6
# The first ends the session that all others are sent with; of the others schemathesis leaves the file open.
SKIPPED = {"DELETE /api/v1/sessions/current", "POST /api/v1/exports", "POST /api/v1/me/exports"}
# What takes nothing at all, not even a session, cannot be sent anything wrong.
TAKES_NOTHING = {"GET /api/v1/application-facts"}
# Days of this century, as the document's patterns want them: of any day nearly all would be drawn in vain.
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(date.isoformat)
OFFSETS = st.just("Z") | st.builds(
    "{}{:02}:{:02}".format, st.sampled_from("+-"), st.integers(0, 23), st.integers(0, 59))
# A layout is a file like any other.
schemathesis.serializer.alias(DOCX, "application/octet-stream")
for sound in MIMETYPES:
    schemathesis.serializer.alias(sound, "application/octet-stream")
schemathesis.openapi.format("date", DAYS)
schemathesis.openapi.format("date-time", st.builds("{}T{}{}".format, DAYS, st.times().map(time.isoformat), OFFSETS))


def operations_for(schema, role: str, skipped: set[str]) -> list:
    found = [result.ok() for result in schema.get_all_operations()]
    return [one for one in found if f"{one.method.upper()} {one.path}" not in skipped
            and {role, "any user", "public"} & set(one.definition.raw["x-roles"])]


@pytest.mark.slow
@pytest.mark.parametrize("connection", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("role", ["admin", "supervisor", "cadre"])
def test_the_server_keeps_to_its_document(app, as_user, county, hashes, role, mode):
    person = county.cadre("A1") if role == "cadre" else county.person(role)
    # Schemathesis does not unpack what it asks for in packed form.
    headers = {"Authorization": as_user(person).environ_base["HTTP_AUTHORIZATION"], "Accept-Encoding": "identity"}
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    wrong, answered = [], Counter()
    for operation in operations_for(
            schema, role, SKIPPED | (TAKES_NOTHING if mode is GenerationMode.NEGATIVE else set())):

        @seed(1)
        @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case):
            response = case.call(headers=headers)
            case.validate_response(response, checks=CHECKS)
            answered[response.status_code] += 1

        try:
            check()
        except (Exception, FailureGroup) as error:
            wrong.append(f"{operation.label}: {error}")
    assert not wrong, "\n\n".join(wrong)
    # Not everything was turned away at the door, and not everything let in.
    assert answered[200] and answered[422]
