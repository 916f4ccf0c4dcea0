"""The shape of the house: which module may import which, what stays pure, what every route and file must have."""

import ast
import sys
from pathlib import Path

import pytest

from api.all_tables import MODELS
from api.auth import ANY_USER, PUBLIC
from api.db import Base
from api.vocabulary import ROLES

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "api").rglob("*.py"))
# A slice may use the services and models of those that it is listed with.
BELOW = {
    "photos": set(),
    "postings": set(),
    "checkin": {"photos", "postings"},
    "visits": {"photos", "postings", "checkin"},
    "diary": {"photos", "postings", "checkin", "visits"},
    "contracts": {"photos", "postings", "checkin", "visits", "diary"},
    "ratings": {"photos", "postings", "checkin", "visits", "diary"},
    "sync": {"photos", "postings", "checkin", "visits", "diary", "contracts", "ratings"},
    "dashboards": {"photos", "postings", "checkin", "visits", "diary", "contracts", "ratings"},
}
# The outermost modules put slices together; nothing imports them but each other.
OUTERMOST = ("all_tables", "app", "cli", "preparation", "server")
LONGEST = 300


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(tree: ast.AST) -> set[str]:
    """Every imported module by its full name; `from api.postings import models` counts as api.postings.models."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import of {node.module}"
            # api and its slices are packages of modules; below them a name is a thing, not a module.
            is_package = (ROOT / node.module.replace(".", "/")).is_dir()
            found.update(f"{node.module}.{alias.name}" if is_package else node.module for alias in node.names)
    return found


MODULES = {module_of(path): imports_of(tree_of(path)) for path in FILES}


def slice_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 2 and parts[0] == "api" and parts[1] in BELOW else None


def kind_of(module: str) -> str:
    """models, rules, service, schemas, views, commands: the last word of a file's name."""
    return module.rsplit(".", 1)[-1].rsplit("_", 1)[-1]


def is_outermost(module: str) -> bool:
    name = module.removeprefix("api.")
    return (name in OUTERMOST or name.startswith(("demo", "backup", "migrations.env"))
            or name.endswith("_commands"))


def imports():
    return [(module, imported) for module, found in sorted(MODULES.items()) for imported in sorted(found)]


def test_every_folder_of_the_application_is_a_known_slice():
    folders = {path.name for path in (ROOT / "api").iterdir() if (path / "__init__.py").exists()}
    assert folders - {"migrations"} <= set(BELOW)


def test_the_kernel_imports_no_slice():
    wrong = [(module, imported) for module, imported in imports()
             if slice_of(module) is None and slice_of(imported) is not None and not is_outermost(module)]
    assert wrong == []


def test_nobody_imports_what_puts_the_application_together():
    wrong = [(module, imported) for module, imported in imports()
             if imported.startswith("api.") and is_outermost(imported) and not is_outermost(module)]
    assert wrong == []


def test_arrows_between_slices_point_one_way():
    # Views may call the service of any slice, since nothing imports views.
    wrong = [(module, imported) for module, imported in imports()
             if slice_of(module) and slice_of(imported) not in (None, slice_of(module))
             and slice_of(imported) not in BELOW[slice_of(module)]
             and not (kind_of(module) == "views" and kind_of(imported) == "service")]
    assert wrong == []


def test_no_slice_uses_views_schemas_or_rules_of_another():
    wrong = [(module, imported) for module, imported in imports()
             if slice_of(module) and slice_of(imported) not in (None, slice_of(module))
             and kind_of(imported) not in ("service", "models")]
    assert wrong == []


# What a file of each kind may use, beside the standard library and the packages it needs.
ALLOWED = {
    "rules": ("rules",),
    "models": (),
    "schemas": ("schemas", "rules"),
    "service": ("service", "rules", "models"),
    "views": ("service", "schemas", "rules"),
}


@pytest.mark.parametrize("kind", ALLOWED)
def test_within_a_slice_files_lean_only_on_what_lies_deeper(kind):
    wrong = [(module, imported) for module, imported in imports()
             if slice_of(module) and slice_of(imported) and kind_of(module) == kind
             and kind_of(imported) not in ALLOWED[kind]]
    assert wrong == []


def test_every_file_of_a_slice_says_its_kind_by_its_suffix():
    wrong = [module for module in MODULES if slice_of(module) and kind_of(module) not in (*ALLOWED, "commands")]
    assert wrong == []


# An assessment may read the vote at a meeting (A8.7) and nothing else of the ratings: those by QR code inform, they
# never decide, and the suggestion box is no measure of anybody.
READ_BY_ASSESSMENT = {"api.ratings.vote_models", "api.ratings.votes_service"}
# What the vote itself may lean on of its slice, so that nothing of the rest comes in through it.
OF_VOTES = {*READ_BY_ASSESSMENT, "api.ratings.votes_rules", "api.ratings.vote_entry_service",
            "api.ratings.vote_steps_service", "api.ratings.tellers_service", "api.ratings.codes_rules",
            "api.ratings.codes_service"}
TABLES_OF_RATINGS = {model.__tablename__ for module in MODELS if slice_of(module.__name__) == "ratings"
                     and module.__name__ not in READ_BY_ASSESSMENT for model in vars(module).values()
                     if hasattr(model, "__tablename__") and model.__module__ == module.__name__}


def out_of_bounds(module: str, imported: set[str], texts: set[str]) -> set[str]:
    """What a module of the assessment, or of the vote that it reads, may not use of the ratings: modules and tables."""
    if module.startswith("api.assessment."):
        allowed = READ_BY_ASSESSMENT
    elif module in OF_VOTES:
        allowed = OF_VOTES
    else:
        return set()
    found = {one for one in imported if one.startswith("api.ratings") and one not in allowed}
    return found | {table for table in TABLES_OF_RATINGS if any(table in text for text in texts)}


def test_an_assessment_reads_the_vote_at_a_meeting_and_nothing_else_of_the_ratings():
    assert OF_VOTES <= MODULES.keys()
    assert {"rating_results", "ballot_counts", "suggestions", "rating_campaigns"} <= TABLES_OF_RATINGS
    wrong = {module: found for path in FILES if (module := module_of(path)) and (found := out_of_bounds(
        module, MODULES[module], {node.value for node in ast.walk(tree_of(path))
                                  if isinstance(node, ast.Constant) and isinstance(node.value, str)}))}
    assert wrong == {}


@pytest.mark.parametrize(("module", "imported", "texts", "found"), [
    ("api.assessment.service", {"api.ratings.votes_service"}, set(), set()),
    ("api.assessment.service", {"api.ratings.results_service"}, set(), {"api.ratings.results_service"}),
    ("api.assessment.models", {"api.ratings.ballot_models"}, set(), {"api.ratings.ballot_models"}),
    ("api.assessment.service", {"api.ratings"}, set(), {"api.ratings"}),
    ("api.assessment.service", set(), {"SELECT count FROM rating_results"}, {"rating_results"}),
    ("api.ratings.votes_service", {"api.ratings.suggestion_models"}, set(), {"api.ratings.suggestion_models"}),
    ("api.dashboards.rating_export_service", {"api.ratings.ballot_models"}, set(), set())])
def test_what_an_assessment_must_not_use_is_found(module, imported, texts, found):
    assert out_of_bounds(module, imported, texts) == found


RULES = sorted(module for module in MODULES if slice_of(module) and kind_of(module) == "rules")
# The standard library, without what reaches outside: the machine, the clock, the network, chance.
STANDARD = sys.stdlib_module_names - {
    "asyncio", "http", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "socket", "sqlite3",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib"}
KERNEL_FOR_RULES = {"api.amounts", "api.cells", "api.dates", "api.geo", "api.id_numbers", "api.sheets",
                    "api.vocabulary"}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
# Reading a workbook needs its library, and names become log-in names by a table of readings: values in, values out.
LIBRARIES_OF_RULES = {"api.postings.workbook_rules": {"openpyxl"}, "api.postings.people_match_rules": {"pypinyin"},
                      "api.visits.households_rules": {"pypinyin"}, "api.contracts.attachment_pdf_rules": {"pypdf"}}


@pytest.mark.parametrize("module", RULES)
def test_rules_are_pure(module):
    allowed = STANDARD | LIBRARIES_OF_RULES.get(module, set())
    wrong = [imported for imported in MODULES[module]
             if imported.split(".")[0] not in allowed and imported not in KERNEL_FOR_RULES
             and not (slice_of(imported) == slice_of(module) and kind_of(imported) == "rules")]
    assert wrong == []


@pytest.mark.parametrize("module", RULES)
def test_rules_never_look_at_a_clock(module):
    tree = tree_of(ROOT / (module.replace(".", "/") + ".py"))
    calls = [node.func.attr for node in ast.walk(tree)
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    assert CLOCKS.isdisjoint(calls)


def test_services_never_commit_and_know_no_request():
    wrong = []
    for path in FILES:
        module = module_of(path)
        if kind_of(module) not in ("service", "models", "schemas", "rules") or not slice_of(module):
            continue
        wrong += [(module, imported) for imported in MODULES[module] if imported.split(".")[0] == "flask"]
        wrong += [(module, "commit") for node in ast.walk(tree_of(path))
                  if isinstance(node, ast.Attribute) and node.attr == "commit"]
    assert wrong == []


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "__init__.py"], ids=module_of)
def test_an_init_holds_a_docstring_only(path):
    body = tree_of(path).body
    assert len(body) == 1 and ast.get_docstring(tree_of(path))


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_file_has_a_docstring_no_hidden_import_and_a_readable_length(path):
    tree = tree_of(path)
    hidden = [ast.unparse(inner) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
              for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom)]
    assert hidden == []
    assert ast.get_docstring(tree)
    # A migration is history: it is read once and never grows.
    if "versions" not in path.parts:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_relationships_never_cross_slices():
    found = [(mapper.class_, relation.mapper.class_) for mapper in Base.registry.mappers
             for relation in mapper.relationships]
    assert [pair for pair in found if slice_of(pair[0].__module__) != slice_of(pair[1].__module__)] == []


def test_every_instant_is_aware_and_every_day_a_date():
    wrong = []
    for table in Base.metadata.tables.values():
        for column in table.columns:
            expected = {"_at": "UtcDateTime", "_on": "Date"}.get(column.name[-3:])
            if expected and type(column.type).__name__ != expected:
                wrong.append(f"{table.name}.{column.name}")
    assert wrong == []


def test_every_constraint_has_a_name():
    wrong = [f"{table.name}: {constraint}" for table in Base.metadata.tables.values()
             for constraint in table.constraints if constraint.name is None]
    assert wrong == []


def handlers(app):
    """(route, method, view) of everything that can be called."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        view_class = getattr(view, "view_class", None)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.rule, method, getattr(view_class, method.lower()) if view_class else view


def test_every_route_names_who_may_call_it(make_app):
    routes = list(handlers(make_app()))
    nameless = [(rule, method) for rule, method, view in routes if not getattr(view, "required_roles", None)]
    assert nameless == []
    assert {role for _rule, _method, view in routes for role in view.required_roles} <= {*ROLES, PUBLIC, ANY_USER}
    public = {(rule, method) for rule, method, view in routes if PUBLIC in view.required_roles}
    assert {method for _rule, method in public} == {"GET", "POST"}
    assert {rule for rule, method in public if method == "GET" and rule.startswith("/api/")} == {
        "/api/v1/application-facts",
        "/api/v1/notice-boards/<code:code>",
        "/api/v1/recordings/<uuid:recording_id>",
    }
    assert {rule for rule, method in public if method == "POST"} == {
        "/api/v1/sessions",
        "/api/v1/ballot-papers",
        "/api/v1/ballots",
        "/api/v1/suggestions",
        "/api/v1/suggestion-receipts",
        "/api/v1/suggestion-receipts/appeals",
        "/api/v1/teller-counts",
        "/api/v1/teller-papers",
    }


def test_addresses_are_plural_kebab_nouns_without_a_final_slash(make_app):
    wrong = []
    for rule in make_app().url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            parts = [part for part in rule.rule.removeprefix("/api/v1/").split("/") if not part.startswith("<")]
            wrong += [rule.rule for part in parts if not part.replace("-", "").isalpha() or part != part.lower()]
            wrong += [rule.rule] * rule.rule.endswith("/")
    assert wrong == []
