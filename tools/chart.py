"""Makes the parts of the chart that others decide: python -m tools.chart [--check].

- which `settings` values.schema.json takes: those of gateway and workers, by the names of their variables;
- the table of values in docs/helm.md, out of the comments in helm/values.yaml;
- the chart's copies of alerts and dashboards, which a packaged chart must hold itself.

`--check` only says what is out of date.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from gateway.settings import Settings as GatewaySettings
from testdata_agent.service.settings import SettingsGroup
from worker.settings import Settings as WorkerSettings

ROOT: Final = Path(__file__).parent.parent
CHART: Final = ROOT / "helm"
SCHEMA: Final = CHART / "values.schema.json"
PAGE: Final = ROOT / "docs" / "helm.md"
#: What the chart holds copies of, and where.
COPIES: Final = {
    path: CHART / "files" / folder / path.name
    for pattern, folder in (("prometheus/alerts.yml", ""), ("grafana/dashboards/*.json", "dashboards"))
    for path in sorted((ROOT / "deploy").glob(pattern))
}
#: Settings that no value stands for, with the reason.
LEFT_OUT: Final = {
    "TESTDATA_CASSETTES": "names a folder: mount one, and name it in pod.extraEnv",
    "GATEWAY_HOST": "a pod is reached at all of its addresses",
    "HTTP_HOST": "a pod is reached at all of its addresses",
}

#: A variable of a container, or one out of a Secret.
_VARIABLE = re.compile(r'(?:- name: |"variable" ")([A-Z][A-Z0-9_]+)\b')
#: What of a setting's schema Helm is told.
_LIMITS = frozenset({"type", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_BEGIN, _END = "<!-- values: made by `make chart` -->\n", "<!-- end of values -->\n"


def main() -> int:
    """Writes what is out of date, or with --check says what is."""
    written = {SCHEMA: schema(), PAGE: page(), **{copy: origin.read_text("utf-8") for origin, copy in COPIES.items()}}
    stale = [path for path, text in written.items() if not path.exists() or path.read_text("utf-8") != text]
    left = [path for path in (CHART / "files").rglob("*") if path.is_file() and path not in written]
    if "--check" in sys.argv[1:]:
        for path in stale + left:
            print(f"{path.relative_to(ROOT)} is out of date: run `make chart`")
        return 1 if stale or left else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written[path], encoding="utf-8")
    for path in left:
        path.unlink()
    return 0


def schema() -> str:
    """The schema of the values with today's settings."""
    whole = json.loads(SCHEMA.read_text("utf-8"))
    whole["properties"]["settings"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: limits
            for name, limits in sorted(settings().items())
            if limits is not None and name not in LEFT_OUT and name not in variables_of_templates()
        },
    }
    return json.dumps(whole, indent=2) + "\n"


def settings() -> dict[str, Mapping[str, Any] | None]:
    """Every setting of gateway and workers by its variable, with its JSON schema; None for secrets."""
    found: dict[str, Mapping[str, Any] | None] = {}
    for settings_class in (GatewaySettings, WorkerSettings):
        for group in settings_class.__annotations__.values():
            if isinstance(group, type) and issubclass(group, SettingsGroup):
                described = group.model_json_schema()["properties"]
                found |= {name.upper(): _limits(described[name]) for name in group.model_fields}
    return found


def variables_of_templates() -> set[str]:
    """Variables that the chart sets by itself, or by a value of their own."""
    texts = "".join(path.read_text("utf-8") for path in sorted((CHART / "templates").rglob("*.*")))
    return set(_VARIABLE.findall(texts))


def page() -> str:
    """The page on the chart with today's table of values."""
    before, _, rest = PAGE.read_text("utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    rows = "".join(f"| `{path}` | {_shown(value)} | {text} |\n" for path, value, text in values())
    return f"{before}{_BEGIN}\n| value | default | meaning |\n|---|---|---|\n{rows}\n{_END}{after}"


def values() -> Iterator[tuple[str, Any, str]]:
    """(path, default, comment) of every value that has a comment."""
    text = (CHART / "values.yaml").read_text("utf-8")
    whole = yaml.compose(text)
    if whole is not None:
        yield from _walk(whole, text.splitlines(), ())


def _walk(node: yaml.Node, lines: Sequence[str], above: tuple[str, ...]) -> Iterator[tuple[str, Any, str]]:
    for key, value in node.value:
        path = (*above, key.value)
        comment = _comment(lines, key.start_mark.line, key.start_mark.column)
        below = list(_walk(value, lines, path)) if isinstance(value, yaml.MappingNode) else []
        # A map whose parts are not told of is one value.
        whole = not any(text for *_, text in below)
        if comment or whole:
            yield ".".join(path), yaml.safe_load(yaml.serialize(value)) if whole else None, comment
        if not whole:
            yield from below


def _comment(lines: Sequence[str], line: int, column: int) -> str:
    """The lines of comment right above, joined."""
    found: list[str] = []
    while line > 0 and (text := lines[line - 1]).startswith(" " * column + "#"):
        found.insert(0, text.strip().removeprefix("#").strip())
        line -= 1
    return " ".join(found).replace("|", "\\|")


def _limits(described: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a setting takes; None for secrets."""
    choices = [choice for choice in described.get("anyOf", [described]) if choice.get("type") != "null"]
    first = choices[0]
    if first.get("format") == "password":
        return None
    return {key: first[key] for key in sorted(_LIMITS) if key in first}


def _shown(value: Any) -> str:
    return "" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"


if __name__ == "__main__":
    sys.exit(main())
