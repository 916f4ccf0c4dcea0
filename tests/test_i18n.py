"""Both dictionaries say the same, and every refusal has words."""

import ast
import re

import pytest
from marshmallow import fields, validate

from api import errors, http, i18n
from tests.test_architecture import FILES, module_of, tree_of

ZH, EN = i18n.dictionary("zh"), i18n.dictionary("en")
REFUSALS = {"NotFound", "Forbidden", "Conflict", "IdReused", "Gone", "Stale", "Unprocessable", "PreconditionMissing",
            "TooMany", "Unauthorised", "DomainError"}
# Rules answer a slug from a function that is named so.
PROBLEMS = (
    "_quarter_problems",
    "addition_problem",
    "answer_problem",
    "appeal_problem",
    "asker_problem",
    "cancel_problem",
    "change_problem",
    "concern_problem",
    "confirmation_problem",
    "count_problems",
    "course_problem",
    "deliberation_problem",
    "details_problem",
    "draw_problem",
    "edit_problem",
    "escalation_problem",
    "finding_problem",
    "groups_problem",
    "half_problem",
    "inspection_problem",
    "item_problems",
    "items_problems",
    "marks_problem",
    "opening_problem",
    "parts_problem",
    "people_problem",
    "period_problem",
    "print_problem",
    "publication_problem",
    "questions_problem",
    "report_problem",
    "review_problems",
    "scheme_problem",
    "signing_problem",
    "standing_problem",
    "start_problem",
    "step_problem",
    "value_problem",
    "visit_problem",
    "vote_problem",
    "withdrawal_problem",
)


def params_of(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_both_languages_have_the_same_keys():
    assert sorted(ZH.keys() ^ EN.keys()) == []


def test_both_languages_name_the_same_parameters():
    assert [key for key in ZH if params_of(ZH[key]) != params_of(EN[key])] == []


def test_no_text_is_its_own_key():
    assert [key for words in (ZH, EN) for key, text in words.items() if text == key] == []


def test_chinese_texts_are_chinese():
    # Names of things stay as they are: zh, en, a bare parameter.
    chinese = re.compile("[\u4e00-\u9fff]")
    bare = [key for key, text in ZH.items() if not chinese.search(text) and re.search("[A-Za-z]{3,}", re.sub(
        r"\{\w+\}", "", text))]
    assert [key for key in bare if ZH[key] == EN[key] and key.startswith(("error.", "validation."))] == []


def raised_reasons() -> dict[str, set[str]]:
    """Every slug that stands in a refusal in the code, with the names of the parameters that go with it."""
    found: dict[str, set[str]] = {}
    for path in FILES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in REFUSALS:
                params = {keyword.arg for keyword in node.keywords} - {"errors", "headers", None}
                for argument in node.args:
                    if isinstance(argument, ast.Constant):
                        found.setdefault(argument.value, set()).update(params)
            if isinstance(node, ast.FunctionDef) and node.name in PROBLEMS:
                found.update({inner.value: set() for inner in ast.walk(node)
                              if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
                              and re.fullmatch("[a-z]+_[a-z_]+", inner.value)})
    return found


def all_reasons() -> set[str]:
    kinds = (kind.reason for kind in (*errors.DomainError.__subclasses__(), errors.DomainError, errors.IdReused))
    return {*raised_reasons(), *kinds, *errors.HTTP_REASONS.values(), "error", "conflict", "invalid"}


@pytest.mark.parametrize("reason", sorted(all_reasons()))
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_refusal_has_words(language, reason):
    assert i18n.has_text(language, f"error.{reason}")


def test_words_name_only_parameters_that_the_refusal_brings():
    brought = raised_reasons()
    # These come with their parameters from where the problem is found (policies_service: key).
    brought.update({reason: {"key"} for reason in ("policy_value", "unknown_policy")})
    # And these with the line that does not add up (tellers_service).
    brought.update({reason: {"name", "found", "wanted"} for reason in brought if reason.startswith("count_")})
    assert {reason: params_of(ZH[f"error.{reason}"]) - params for reason, params in brought.items()
            if params_of(ZH[f"error.{reason}"]) - params} == {}


def schema_messages() -> set[str]:
    """What our fields and validators may say, with marshmallow's placeholders."""
    kinds = (fields.Field, fields.Integer, fields.Float, fields.Number, fields.String, fields.List, fields.Nested,
             fields.UUID, fields.Boolean, http.Instant, http.Day, http.Month, http.Hundredths)
    said = {message for kind in kinds for message in kind.default_error_messages.values()}
    said |= {http.Schema._default_error_messages[key] for key in ("type", "unknown")}
    said |= {validate.OneOf.default_message, validate.Length.message_all, validate.Length.message_max,
             validate.Length.message_min, validate.Range(1, 2)._format_error(0, validate.Range(1, 2).message_all)}
    for path in FILES:
        if module_of(path).endswith("schemas") or module_of(path) == "api.http":
            for node in ast.walk(tree_of(path)):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "attr", "")
                    texts = node.args[:1] if name == "ValidationError" else []
                    texts += [keyword.value for keyword in node.keywords if keyword.arg == "error"]
                    said |= {text.value for text in texts if isinstance(text, ast.Constant)}
    return said


@pytest.mark.parametrize("message", sorted(schema_messages()))
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_message_of_a_field_has_words(language, message):
    filled = re.sub(r"\{\w+\}", "7", message)
    words = i18n.field_message(language, filled)
    assert words
    if language == "zh":
        assert words != filled


@pytest.mark.parametrize(("message", "zh"), [
    ("Longer than maximum length 60.", "太长，最多 60。"),
    ("Must be one of: xlsx, csv.", "只能是：xlsx, csv。"),
    ("Must be greater than or equal to -90 and less than or equal to 90.", "要在 -90 到 90 之间。"),
    ("Something that no schema says.", "Something that no schema says."),
])
def test_numbers_of_a_message_come_along(message, zh):
    assert i18n.field_message("zh", message) == zh


def test_a_value_in_braces_is_no_parameter():
    assert i18n.text("en", "error.division_not_found", code="{name}", name="x") == (
        "There is no division {name}, or it is not yours.")


def test_a_missing_text_shows_its_key_instead_of_failing():
    assert i18n.text("zh", "no.such.key", key=1, language=2) == "no.such.key"
