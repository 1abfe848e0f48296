"""Makes what the engine reads out of the meanings' data files: python -m tools.meanings [--check].

`catalog/meanings/*.yaml` and `catalog/nouns.yaml` are written by people; `catalog/meanings.json` is what the engine
loads (YAML takes fifty times as long), `docs/meanings.md` what users read. `--check` only says whether both are true.
"""

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
import yaml

ROOT: Final = Path(__file__).parent.parent
CATALOG: Final = ROOT / "testdata_agent" / "engine" / "catalog"
PAGE: Final = ROOT / "docs" / "meanings.md"
DATA: Final = CATALOG / "meanings.json"

#: Keys that say in one word how a text is made.
_TEXTS: Final = ("person", "place", "article", "company", "code", "words", "prose", "template", "faker", "rated")
#: Parts of tables that are numbers.
_NUMBERS: Final = frozenset({"salary", "price", "seats", "credits", "size", "value", "quantity", "yield"})
_PLACE_NUMBERS: Final = frozenset({"latitude", "longitude"})
#: Kinds of hints that make whole numbers, and points in time.
_WHOLE, _TIMES = frozenset({"serial", "age", "year"}), frozenset({"ago", "ahead", "birth"})
_PLAIN: Final = (
    "about",
    "unit",
    "range",
    "scale",
    "money",
    "step",
    "form",
    "length",
    "beside",
    "apart",
    "prefixed",
    "open",
    "weak",
    "unless",
)
#: What a formula has beside its forms: what is added and taken off where it is there, and whether some of it must be.
_FORMULA: Final = ("plus", "minus", "more")
_PLAINLY: Final = {"integer": "number", "text_else": "text", "number_beside": "number"}
_PLAIN_TYPES: Final = ("text", "integer", "float", "number", "boolean", "date", "datetime", "uuid", "address")


def main() -> int:
    """Writes both files, or with --check says which of them is out of date."""
    written = {DATA: data(), PAGE: page()}
    if "--check" in sys.argv[1:]:
        stale = [path for path, text in written.items() if not path.exists() or path.read_bytes() != text]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run `make meanings`")
        return 1 if stale else 0
    for path, text in written.items():
        path.write_bytes(text)
    return 0


def data() -> bytes:
    """What the engine loads: the meanings, the names that they have, the nouns."""
    every = {name: compact(name, spec) for _, subject in subjects() for name, spec in subject.items()}
    names: dict[str, list[Any]] = {}
    for _, subject in subjects():
        for name, spec in subject.items():
            classes = spec.get("of", {})
            for alias in spec["names"]:
                kinds_of = classes.get(alias)
                for kind in kinds_of if isinstance(kinds_of, list) else [kinds_of]:
                    names.setdefault(alias, []).append([name, kind])
    for alias, found in names.items():
        found.sort(key=lambda entry: _order(entry[1], every[entry[0]]))
        unknown = {entry[1] for entry in found} - {None, *nouns()}
        if unknown:
            raise ValueError(f"{alias}: no such nouns: {unknown}")
    classes_of: dict[str, list[str]] = {}
    for kind, words in nouns().items():
        for word in words:
            classes_of.setdefault(word, []).append(kind)
    loaded = {"meanings": every, "names": names, "nouns": classes_of, **_kinds(classes_of)}
    return orjson.dumps(loaded, option=orjson.OPT_APPEND_NEWLINE)


def _order(noun: str | None, meaning: Mapping[str, Any]) -> tuple[bool, bool, bool]:
    """Where a class decides, that meaning is asked before those that always apply; then what needs company."""
    return noun is None, meaning.get("prefixed") is not True, "beside" not in meaning


def _kinds(nouns_: Mapping[str, Any]) -> Mapping[str, Any]:
    """What tells an object that no name tells, and the names that tell nothing."""
    loaded = yaml.load((CATALOG / "kinds.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    lines = []
    for line in loaded["told_by"]:
        if line["noun"] not in nouns_ or set(line) - {"noun", "any", "all", "without", "broad"}:
            raise ValueError(f"kinds: no such noun, or an unknown key: {line}")
        lists = [line["any"]] if "any" in line else line["all"]
        more = {"without": line.get("without", []), "broad": line.get("broad", False)}
        lines.append({"noun": line["noun"], "all": lists, **more})
    return {"generic": loaded["generic"], "kinds": lines}


def subjects() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(subject, meanings by name) of every file."""
    for file in sorted((CATALOG / "meanings").glob("*.yaml")):
        yield file.stem, yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def nouns() -> Mapping[str, list[str]]:
    """Nouns by what they stand for."""
    loaded: Mapping[str, list[str]] = yaml.load(
        (CATALOG / "nouns.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return loaded


def compact(name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """A meaning as the engine reads it: one hint for each type that it can be, and what it has of its neighbours."""
    hints = dict(_hints(spec))
    types = spec.get("types")
    if not hints or (types and set(types) - set(_PLAIN_TYPES)):
        raise ValueError(f"{name}: nothing says how it is made, or its types are unknown: {types}")
    return {
        **{key: spec[key] for key in _PLAIN if key in spec},
        "types": types or sorted({_PLAINLY.get(kind, kind) for kind in hints if kind != "time"}),
        "generate": hints,
        "relations": list(_relations(spec)),
    }


def _hints(spec: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    step = {"step": spec["step"]} if "step" in spec else {}
    if "curve" in spec or "else_curve" in spec:
        yield "number", {"kind": "shaped", "quantiles": spec.get("curve", spec.get("else_curve")), **step}
    if "whole_curve" in spec:
        yield "integer", {"kind": "shaped", "quantiles": spec["whole_curve"]}
    for key in _TEXTS:
        if key in spec:
            yield _kind_of_text(key, spec[key]), _text_hint(key, spec)
    if "else_code" in spec:
        yield "text_else", {"kind": "code", "forms": spec["else_code"]}
    if "table" in spec:
        table, part = spec["table"].split(".")
        hint = {"kind": "table", "table": table, "part": part, **{k: spec[k] for k in ("group", "other") if k in spec}}
        yield ("number", hint | step) if part in _NUMBERS else ("text", hint)
    if "percent" in spec and "share_of" not in spec:
        yield "boolean", {"kind": "boolean", "percent": spec["percent"]}
    if "generate" in spec:
        yield _type_of_kind(spec), spec["generate"]
    if "form" in spec and spec["form"] == "currency":
        yield "text", {}


def _kind_of_text(key: str, value: Any) -> str:
    numeric = (key == "place" and value in _PLACE_NUMBERS) or (key == "article" and value in {"price", "quantity"})
    return "number_beside" if key == "article" and numeric else "number" if numeric else "text"


def _text_hint(key: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    value = spec[key]
    weights = {"weights": spec["weights"]} if "weights" in spec else {}
    match key:
        case "code":
            return {"kind": "code", "forms": value, **weights}
        case "words":
            return {"kind": "choice", "values": value, **weights}
        case "prose":
            return {"kind": "prose", "topic": value, "sentences": spec.get("sentences", [1, 1])}
        case "template":
            return {"kind": "template", "text": value}
        case "faker":
            return {"kind": "pool", "provider": value}
    return {"kind": key, "part": value}


def _type_of_kind(spec: Mapping[str, Any]) -> str:
    kind = spec["generate"]["kind"]
    if kind in _TIMES:
        return "time"
    if kind in _WHOLE or kind in {"choice", "shaped"}:
        return "number"
    return "text"


def _relations(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "formula" in spec:
        yield {"relation": "formula", "forms": spec["formula"]} | {k: spec[k] for k in _FORMULA if k in spec}
    if "named" in spec:
        yield {"relation": "named", **spec["named"]}
    if "months" in spec:
        yield {"relation": "months", "of": spec["after"], "term": spec["months"]}
    if "joined" in spec:
        yield {"relation": "joined", **spec["joined"]}
    if "country_of" in spec:
        yield {"relation": "country_of", "of": spec["country_of"]}
    if "among" in spec:
        yield {"relation": "among", "hours": spec["among"], "order": spec["names"]}
    if "share_of" in spec:
        step = {"step": spec["step"]} if "step" in spec else {}
        yield {"relation": "share", "of": spec["share_of"], "percent": spec["percent"], **step}
    if "build" in spec:
        yield {"relation": "build", "gives": spec["build"], "curve": spec.get("index_curve")}
    if spec.get("same_year"):
        yield {"relation": "same_year"}
    if "above" in spec:
        yield {"relation": "above", "of": spec["above"], "add": spec["add"]}
    if "elapsed" in spec:
        yield {"relation": "elapsed", "unit": spec["elapsed"]}
    if "after" in spec:
        hours = spec.get("hours") or [[percent, days * 24] for percent, days in spec["days"]]
        relation = {"relation": "after", "of": spec["after"], "hours": hours}
        if "hours_of_datetime" in spec:
            relation["instants"] = spec["hours_of_datetime"]
        if "hours_by" in spec:
            relation["by"] = spec["hours_by"]
        yield relation | {key: spec[key] for key in ("open", "least_days") if key in spec}


def page() -> bytes:
    """docs/meanings.md: every meaning in a table by subject."""
    lines = [PREFACE]
    for subject, meanings in subjects():
        lines += [f"## {subject.capitalize()}", "", "| meaning | names that have it | what it is | unit |"]
        lines += ["|---|---|---|---|"]
        for name, spec in meanings.items():
            shown = ", ".join(f"`{alias}`" for alias in spec["names"][:6])
            more = len(spec["names"]) - 6
            shown += f" and {more} more" if more > 0 else ""
            unit = "money" if spec.get("money") else spec.get("unit", "")
            lines.append(f"| `{name}` | {shown} | {spec['about']} | {unit} |")
        lines.append("")
    return "\n".join(lines).encode()


PREFACE: Final = """\
# What fields mean

<!-- Made by `make meanings` out of testdata_agent/engine/catalog/meanings/*.yaml. -->

A schema that gives no hints still gets believable values: the engine reads what a field means from its name, its type
and its neighbours. `testdata explain --schema FILE` says what it took each field for, and why.

- **Names** may be written `snake_case`, `camelCase` or `kebab-case`, and may have a word before them that says whose it
  is (`billing_city`, `homePhone`) or `value` after them. A name such as `name`, `title` or `status` goes by what it is
  the name of: the words before it, the object that holds it, or the schema; where these say nothing (`record`,
  `listing`, no title), what stands beside it tells: who has a `salary` is an employee, what has `bedrooms` a home.
- **Neighbours** agree: the parts of one person, place, company, product, job, car, course, airport or file belong
  together, what comes later is later (by a span that fits: hours for a flight, a year for a policy), and what is a part
  of a sum is not larger than it. Numbers beside their parts are rules: `total = subtotal + tax + shipping - discount`,
  `subtotal = sum(lines.amount)`, `amount = quantity * price`, `tax = subtotal * tax_rate / 100`,
  `item_count = count(items)`; `testdata explain` lists them, and records are made and checked by them.
- **Statuses** fit the points in time beside them: what has a `resolved_at` in every record is resolved or closed.
- **What the schema says wins**: `generate`, `reference`, `values`, `regex`, `format` and `faker` of a field, and all of
  its limits. A field whose limits leave the meaning no room is made by its type alone.
- **To change it**: `"semantic": "isbn13"` names another meaning, `"faker": "company"` a provider of Faker,
  `"semantic": "none"` none at all.
- Addresses of mail and the net are of reserved domains and documentation networks, telephone numbers are kept for
  fiction, card numbers are published for tests, and account numbers belong to no bank.
"""


if __name__ == "__main__":
    sys.exit(main())
