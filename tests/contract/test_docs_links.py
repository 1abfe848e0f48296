"""Links within the documents lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRITTEN = sorted(
    path
    for folder in ("", "docs", "examples", "helm", "tests", "deploy")
    for path in (ROOT / folder).glob("**/*.md" if folder else "*.md")
    if not {"node_modules", ".venv"} & set(path.parts)
)
#: Where paths of the documents begin, and what they may be below.
_FOLDERS = (
    "tests",
    "tools",
    "testdata_agent",
    "gateway",
    "worker",
    "engine",
    "stores",
    "catalog",
    "deploy",
    "protos",
    "helm",
)
_BASES = ("", "testdata_agent", "testdata_agent/engine")
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(document: Path) -> set[str]:
    """What its headings are reached by, as GitHub makes it."""
    found: dict[str, int] = {}
    names = set()
    for line in _CODE.sub("", document.read_text(encoding="utf-8")).splitlines():
        heading = re.match(r"#{1,6} +(.*)", line)
        if heading:
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).replace("`", "").strip().lower()
            name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
            again = found.get(name, 0)
            found[name] = again + 1
            names.add(f"{name}-{again}" if again else name)
    return names


def dead(document: Path) -> Iterator[str]:
    """The links of a document that lead nowhere; those to other sites are not followed."""
    for link in _LINK.findall(_CODE.sub("", document.read_text(encoding="utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("document", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    assert list(dead(document)) == []


def test_every_document_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    linked = {link.partition("#")[0] for link in _LINK.findall(index)}
    there = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert sorted(there - linked) == []


def missing(text: str) -> Iterator[str]:
    """The files and make targets that a text names and that are not there; names in capitals stand for any."""
    for path in re.findall(rf"`((?:{'|'.join(_FOLDERS)})/[\w./-]+)`", text):
        if not re.search(r"\b[A-Z]+\.", path) and not any((ROOT / base / path).exists() for base in _BASES):
            yield path
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    yield from (f"make {target}" for target in re.findall(r"`make ([a-z-]+)", text) if target not in targets)


@pytest.mark.parametrize("document", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_targets_that_are_named_are_there(document: Path) -> None:
    assert list(missing(document.read_text(encoding="utf-8"))) == []


def test_files_and_targets_that_are_missing_are_told() -> None:
    text = "`tools/none.py` `engine/routing.py` `tools/seeds/ENTITY.yaml` `make nothing` `make check`"
    assert list(missing(text)) == ["tools/none.py", "make nothing"]


def test_dead_links_are_told(tmp_path: Path) -> None:
    document = tmp_path / "one.md"
    document.write_text(
        "# A `b` c!\n[fine](#a-b-c) [gone](two.md) [no](#d) [far](https://example.com/x)\n```\n[x](y)\n```\n"
    )
    assert list(dead(document)) == ["two.md", "#d"]
