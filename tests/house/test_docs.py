"""What the documents name exists: links, anchors, make targets, files, tests, names in the code, settings, pictures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("portal", "guardrails", "audit", "connectors", "questions", "tickets", "demo", "bench", "tests")
FOLDERS = (*APPS, "docs", "deploy", "templates", "bin")

# Documents that name what is not there yet, each with its reason; an entry that is not needed any more fails.
NOT_YET: dict[str, str] = {}

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
TEST = re.compile(r"\btest_[a-z0-9_]+\b")
FILE = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./-]+\.(?:py|sql|md|json|jsonl|toml|yaml|yml|sh|png|css|js|html)")
DOTTED = re.compile(rf"(?:{'|'.join(APPS)})(?:\.[A-Za-z_]\w*)+")
VARIABLE = re.compile(
    r"\b(?:COUNTERSIGN_[A-Z_]+|(?:DATABASE|REDIS|CACHE|SANDBOX_DATABASE)[A-Z_]*_URL|ANTHROPIC_[A-Z_]+)\b"
)


def documents() -> list[Path]:
    """Return every Markdown file that is part of the product."""
    top = ROOT.glob("*.md")
    return sorted([*top, *(ROOT / "docs").rglob("*.md")])


def said(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def where(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def missing(document: Path, named: Iterator[str] | set[str], exists: object) -> list[str]:
    """Return what is named and not there, without what `NOT_YET` excuses."""
    return sorted(f"{where(document)}: {name}" for name in set(named) if name not in NOT_YET and not exists(name))  # type: ignore[operator]


@pytest.fixture(params=documents(), ids=where)
def document(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def anchor(heading: str) -> str:
    """Return the anchor a heading gets: lower case, no punctuation, blanks as hyphens."""
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return plain.replace(" ", "-")


def anchors(text: str) -> set[str]:
    return {anchor(line.lstrip("#")) for line in FENCE.sub("", text).splitlines() if line.startswith("#")}


def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    def exists(target: str) -> bool:
        path, _, fragment = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        if not found.is_relative_to(ROOT) or not found.exists():
            return False
        return not fragment or fragment in anchors(said(found))

    targets = {t for t in LINK.findall(FENCE.sub("", said(document))) if not re.match(r"[a-z]+:", t)}
    assert missing(document, targets, exists) == []


def test_files_that_are_named_exist(document: Path) -> None:
    assert missing(document, set(FILE.findall(said(document))), lambda name: (ROOT / name).exists()) == []


def test_make_targets_that_are_named_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    quoted = "\n".join([*CODE.findall(said(document)), *re.findall(r"^    .*$", said(document), re.MULTILINE)])
    quoted += "\n" + "\n".join(FENCE.findall(said(document)))
    assert missing(document, set(MAKE.findall(quoted)), targets.__contains__) == []


def test_tests_that_are_named_exist(document: Path) -> None:
    names = {name for code in CODE.findall(said(document)) for name in TEST.findall(code)}
    files = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    assert missing(document, names, lambda name: name in files or name in test_functions()) == []


def test_names_of_the_code_exist(document: Path) -> None:
    names = {m.group() for code in CODE.findall(said(document)) if (m := DOTTED.match(code)) and "/" not in code}
    assert missing(document, names, is_in_the_code) == []


def test_settings_that_are_named_exist(document: Path) -> None:
    known = set().union(*(VARIABLE.findall(text) for text in settings_files()))
    assert missing(document, set(VARIABLE.findall(said(document))), known.__contains__) == []


def test_every_setting_is_described() -> None:
    read = VARIABLE.findall((ROOT / "portal/environment.py").read_text(encoding="utf-8"))
    described = set(re.findall(r"^\| `([A-Z_]+)`", said(ROOT / "docs/settings.md"), re.MULTILINE))
    assert sorted(set(read) - described) == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        targets = (t.partition("#")[0] for t in LINK.findall(said(page)) if not re.match(r"[a-z]+:", t))
        waiting += [(page.parent / target).resolve() for target in targets if target]
    assert sorted(where(page) for page in documents() if page not in seen) == []


def test_nothing_is_excused_that_exists() -> None:
    everything = "\n".join(said(page) for page in documents())
    assert [name for name, reason in NOT_YET.items() if not reason or name not in everything] == []
    there = [name for name in NOT_YET if (ROOT / name).exists()]
    assert there == [], "these exist now: take them off NOT_YET"


def test_control_what_does_not_exist_is_found() -> None:
    assert not is_in_the_code("portal.work.no_such_verb")
    assert not is_in_the_code("portal.no_such_module.run")
    assert is_in_the_code("portal.work.lease_ready")
    assert is_in_the_code("portal.postgresql.base.DatabaseWrapper.bind")
    assert "test_no_such_test" not in test_functions()
    assert anchor("## What it may: not do?".lstrip("#")) == "what-it-may-not-do"


@cache
def test_functions() -> frozenset[str]:
    """Return the name of every test function there is."""
    found = (re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("*.py"))
    return frozenset(name for names in found for name in names)


test_functions.__test__ = False  # type: ignore[attr-defined]


@cache
def settings_files() -> tuple[str, ...]:
    """Return what may introduce a variable: the environment's reader, compose, Makefile, roles, the tests' switches."""
    paths = [ROOT / "portal/environment.py", ROOT / "portal/roles.sql", ROOT / "Makefile", ROOT / "tests/no_skips.py"]
    return tuple(path.read_text(encoding="utf-8") for path in [*paths, *(ROOT / "deploy").rglob("*.*ml")])


@cache
def is_in_the_code(dotted: str) -> bool:
    """Whether a dotted name is a module, or a class, function, constant or member in one."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        base = ROOT.joinpath(*parts[:length])
        if base.with_suffix(".py").is_file() or base.is_dir():
            rest = parts[length:]
            source = base.with_suffix(".py") if base.with_suffix(".py").is_file() else base / "__init__.py"
            return not rest or (source.is_file() and _defines(ast.parse(source.read_text(encoding="utf-8")).body, rest))
    return False


def _defines(body: list[ast.stmt], names: list[str]) -> bool:
    for node in body:
        if names[0] in _names_of(node):
            inner = node.body if isinstance(node, ast.ClassDef) else []
            return len(names) == 1 or _defines(inner, names[1:])
    return False


def _names_of(node: ast.stmt) -> set[str]:
    """Return the names a statement brings into its scope."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.AnnAssign):
        return {node.target.id} if isinstance(node.target, ast.Name) else set()
    if isinstance(node, ast.Assign):
        return {each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    return set()
