"""What a county's own layout of a paper may hold: a .docx that runs nothing and fetches nothing, with named fields.

A field is written {{ name }}. Word cuts a text into runs as it likes, so it is looked for in a whole paragraph; it is
replaced by text and never evaluated, and what no field of the paper is, is refused on upload.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from xml.etree import ElementTree

from api.dashboards.diary_rules import FORMS

MOST_BYTES = 2 * 1024 * 1024
MOST_PARTS, MOST_UNPACKED, LONGEST_PART = 200, 8 * 1024 * 1024, 1024 * 1024
# A month repeats the text of the layout up to 31 times.
LONGEST_TEXT = 400_000

HEAD = ("name", "village", "day", "weekday")
FIELDS = {kind: (*HEAD, *rows) for kind, rows in FORMS.items()}
# A header stands once above all days, so it can only name what does not change from day to day.
SAME_ALL_DAYS = ("name", "unit")

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# An input method types braces of full width.
FIELD = re.compile("[{｛]{2}(.*?)[}｝]{2}", re.DOTALL)
_STRAY = re.compile("[{｛][{｛%#]|[%#}｝][}｝]")
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_NAMES = re.compile(r".*\.(xml|rels|png|jpe?g|gif|bmp|tiff?|emf|wmf|odttf)", re.DOTALL)
_XML = (".xml", ".rels")
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
_EMBEDS = {"oleobject", "package", "control", "afchunk", "attachedtemplate", "subdocument", "frame", "mailmergesource"}
_ADDRESSES = {"src", "href"}
# What Word works out when it opens a file: of the many only those that read nothing but the page itself.
_CODES = {"PAGE", "NUMPAGES", "SECTIONPAGES", "EQ"}
_QUOTED = 40


@dataclass(frozen=True, slots=True)
class StrangeField:
    """Something in braces that is no field of the paper, the part of the file and the paragraph where it stands."""

    field: str
    part: str
    paragraph: str


class BadTemplate(Exception):
    """A layout is refused: `reason` is a slug, `part` the file within the .docx, `strange` what stands in braces."""

    def __init__(self, reason: str, part: str = "", strange: tuple[StrangeField, ...] = ()):
        super().__init__(reason)
        self.reason, self.part, self.strange = reason, part, strange


def check_template(data: bytes, kind: str) -> list[str]:
    """The fields that a layout uses, in the order of the form. Raises BadTemplate."""
    roots = _roots(data)
    _check_main(roots)
    for name, root in roots.items():
        if name.endswith(".rels"):
            _check_relationships(name, root)
        _check_addresses(name, root)
        _check_codes(name, root)
    used, strange = set(), []
    for name, root in roots.items():
        allowed = _allowed(root, kind)
        for texts in paragraphs(root):
            whole = "".join(text.text or "" for text in texts)
            found = [match.strip() for match in FIELD.findall(whole)]
            stray = _STRAY.findall(FIELD.sub("", whole))
            strange += [StrangeField(one, name, whole[:_QUOTED]) for one in (*found, *stray) if one not in allowed]
            used.update(found)
    if strange:
        raise BadTemplate("template_field_unknown", strange=tuple(strange))
    if not used:
        raise BadTemplate("template_without_fields")
    return [field for field in FIELDS[kind] if field in used]


def paragraphs(root) -> list[list]:
    """The text elements of every paragraph; those of a text box within it are a paragraph of their own.

    Takes elements of the standard library as well as of lxml.
    """
    found, waiting = [], [(root, None)]
    while waiting:
        element, texts = waiting.pop()
        if element.tag == f"{WORD}p":
            texts = []
            found.append(texts)
        elif element.tag == f"{WORD}t" and texts is not None:
            texts.append(element)
        waiting += [(child, texts) for child in reversed(list(element))]
    return found


def _allowed(root: ElementTree.Element, kind: str) -> tuple[str, ...]:
    if root.tag == f"{WORD}document":
        return FIELDS[kind]
    if root.tag in (f"{WORD}hdr", f"{WORD}ftr"):
        return tuple(field for field in FIELDS[kind] if field in SAME_ALL_DAYS)
    return ()


def _roots(data: bytes) -> dict[str, ElementTree.Element]:
    """Every XML part by its name, after a look at what the file unpacks to."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            _check_members(members)
            return {one.filename: _root(one.filename, archive.read(one))
                    for one in members if one.filename.lower().endswith(_XML)}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise BadTemplate("template_not_docx") from error


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_PARTS or sum(one.file_size for one in members) > MOST_UNPACKED:
        raise BadTemplate("template_unpacks_too_large")
    names = [one.filename.lower() for one in members]
    if len(set(names)) < len(names):
        # Two readers could each take another of the two.
        raise BadTemplate("template_not_docx")
    for one in members:
        name = one.filename.lower()
        if "vba" in name:
            raise BadTemplate("template_macros")
        if not _NAMES.fullmatch(name) or "embeddings/" in name or "activex" in name:
            raise BadTemplate("template_embedded", one.filename)
        longest = LONGEST_TEXT if name == "word/document.xml" else LONGEST_PART
        if name.endswith(_XML) and one.file_size > longest:
            raise BadTemplate("template_unpacks_too_large")


def _root(name: str, content: bytes) -> ElementTree.Element:
    # Entities could grow without end or name a file; the encodings that are left hide none from this look.
    if b"<!DOCTYPE" in content or b"\x00" in content or _DECLARED.search(content[:200]):
        raise BadTemplate("template_not_docx", name)
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise BadTemplate("template_not_docx", name) from error


def _check_main(roots: dict[str, ElementTree.Element]) -> None:
    types = roots.get("[Content_Types].xml")
    if types is None:
        raise BadTemplate("template_not_docx")
    declared = [(one.get("ContentType", ""), one.get("PartName")) for one in types]
    if any("macro" in kind.lower() or "vba" in kind.lower() for kind, _name in declared):
        raise BadTemplate("template_macros")
    main = roots.get("word/document.xml")
    if (_MAIN, "/word/document.xml") not in declared or main is None or main.tag != f"{WORD}document":
        raise BadTemplate("template_not_docx")


def _check_relationships(name: str, root: ElementTree.Element) -> None:
    for one in root:
        target, kind = one.get("Target", ""), one.get("Type", "").rsplit("/", 1)[-1].lower()
        if one.get("TargetMode", "").lower() == "external" or _leads_outside(target):
            raise BadTemplate("template_external", name)
        if "vba" in kind:
            raise BadTemplate("template_macros")
        if kind in _EMBEDS:
            raise BadTemplate("template_embedded", name)


def _check_addresses(name: str, root: ElementTree.Element) -> None:
    for element in root.iter():
        for key, value in element.items():
            if key.rsplit("}", 1)[-1].lower() in _ADDRESSES and _leads_outside(value):
                raise BadTemplate("template_external", name)


def _leads_outside(target: str) -> bool:
    return ":" in target or "\\" in target or target.startswith("//")


def _check_codes(name: str, root: ElementTree.Element) -> None:
    """Word's own fields (INCLUDEPICTURE, DDEAUTO…): a code may be cut into runs, and one may stand within another."""
    open_codes, codes = [], []
    for element in root.iter():
        if element.tag == f"{WORD}fldSimple":
            codes.append(element.get(f"{WORD}instr", ""))
        elif element.tag in (f"{WORD}instrText", f"{WORD}delInstrText"):
            if not open_codes:
                open_codes.append([])
            open_codes[-1].append(element.text or "")
        elif element.tag == f"{WORD}fldChar":
            if element.get(f"{WORD}fldCharType") == "begin":
                open_codes.append([])
            elif open_codes and element.get(f"{WORD}fldCharType") == "end":
                codes.append("".join(open_codes.pop()))
    codes += ["".join(one) for one in open_codes]
    for code in codes:
        if (code.split() or [""])[0].upper() not in _CODES:
            raise BadTemplate("template_field_code", name)
