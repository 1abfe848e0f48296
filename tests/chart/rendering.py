"""What Helm makes of the chart, as objects."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from subprocess import run
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
CHART: Final = ROOT / "helm"
#: The Kubernetes that tests render for unless they are about another.
KUBERNETES: Final = "1.33.0"
#: The least that must be said.
LEAST: Final[Mapping[str, Any]] = {"image": {"registry": "registry.test/qa"}, "existingSecret": "testdata"}

Object = Mapping[str, Any]


class Refused(Exception):  # noqa: N818 - what Helm says of values that do not work
    """Helm refused; str() is what it wrote."""


class Objects(tuple[Object, ...]):
    """What one rendering gave, in Helm's order."""

    __slots__ = ()

    def of(self, kind: str) -> "Objects":
        """Those of one kind."""
        return Objects(found for found in self if found["kind"] == kind)

    def the(self, kind: str, end: str = "") -> Object:
        """The one of a kind whose name ends so."""
        (found,) = (each for each in self.of(kind) if each["metadata"]["name"].endswith(end))
        return found

    @property
    def pods(self) -> dict[str, Object]:
        """The pod of every workload, by the component that it is."""
        found = {}
        for each in self:
            template = each if each["kind"] == "Pod" else each.get("spec", {}).get("template")
            if template is not None:
                found[template["metadata"]["labels"]["app.kubernetes.io/component"]] = template
        return found


@cache
def helm() -> str:
    """The path of Helm; built where there is none yet."""
    return run(["tools/go-tool", "helm"], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def render(*values: Mapping[str, Any], kubernetes: str = KUBERNETES, arguments: Sequence[str] = ()) -> Objects:
    """The chart with these values over the least ones, the later over the earlier.

    Raises:
        Refused: Helm, the values' schema or the chart will not have them.
    """
    return Objects(
        each for each in yaml.safe_load_all(text(*values, kubernetes=kubernetes, arguments=arguments)) if each
    )


def text(*values: Mapping[str, Any], kubernetes: str = KUBERNETES, arguments: Sequence[str] = ()) -> str:
    """As `render`, what Helm writes; everything but hooks' order is in it."""
    layers = json.dumps([LEAST, *values])
    return _text(layers, kubernetes, tuple(arguments))


def bare(*arguments: str) -> str:
    """The chart with nothing said but `arguments`; as `text`."""
    return _text("[]", KUBERNETES, arguments)


@cache
def _text(layers: str, kubernetes: str, arguments: tuple[str, ...]) -> str:
    command = [helm(), "template", "tda", str(CHART), "--namespace=qa", f"--kube-version={kubernetes}", *arguments]
    given = json.loads(layers)
    whole: dict[str, Any] = {}
    for layer in given:
        whole = merged(whole, layer)
    done = run([*command, "--values=-"], input=json.dumps(whole), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(done.stderr)
    return done.stdout


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """As Helm lays values over one another."""
    both = dict(below)
    for key, value in above.items():
        inner = both.get(key)
        both[key] = merged(inner, value) if isinstance(inner, Mapping) and isinstance(value, Mapping) else value
    return both


def container(pod: Object) -> Any:
    """The one container of a pod."""
    (only,) = pod["spec"]["containers"]
    return only


def environment(pod: Object) -> dict[str, Any]:
    """The variables of a pod: their values, or where they come from."""
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in container(pod)["env"]}
