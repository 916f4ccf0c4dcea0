"""The words that a roster's sheets, headings and choices may use."""

from functools import cache

from api import i18n
from api.cells import match_key
from api.postings.people_import_rules import CADRES, FIELDS, STAFF, STAFF_ROLES, Words
from api.vocabulary import CADRE_ROLES, RANKS

CHOICES = {"rank": RANKS, "cadre_role": CADRE_ROLES, "role": STAFF_ROLES}


@cache
def roster_words() -> Words:
    """What headings, sheets and choices may be called: the words of every dictionary, and other usual ones."""
    sheets, headings, examples = {}, {}, []
    choices: dict[str, dict[str, str]] = {name: {match_key(value): value for value in values}
                                          for name, values in CHOICES.items()}
    for language in i18n.LANGUAGES:
        examples.append(match_key(i18n.text(language, "import.example_mark")))
        sheets |= {match_key(i18n.text(language, f"import.sheet.{kind}")): kind for kind in (CADRES, STAFF)}
        for name in {name for names in FIELDS.values() for name in names}:
            headings |= dict.fromkeys(words_of(language, f"import.heading.{name}"), name)
        for kind, values in CHOICES.items():
            for value in values:
                choices[kind] |= dict.fromkeys(words_of(language, f"{kind}.{value}"), value)
    return Words(headings=headings, sheets=sheets, choices=choices, example=tuple(examples))


def words_of(language: str, key: str) -> list[str]:
    """What people may write for `key`, as match keys: the dictionary's word and, from `import.also.<key>`, others."""
    other = f"import.also.{key.removeprefix('import.')}"
    also = i18n.text(language, other) if i18n.has_text(language, other) else ""
    return [match_key(word) for word in (i18n.text(language, key), *also.split("|")) if word]
