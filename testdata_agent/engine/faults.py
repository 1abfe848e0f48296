"""What can be wrong with a request whatever its schema says."""

from collections.abc import Callable, Collection
from difflib import get_close_matches

from testdata_agent.engine.errors import Violation
from testdata_agent.engine.request import GenerationRequest

MAX_COUNT = 2**31 - 1
MAX_ROW = 2**62
MAX_SCENARIOS = 10_000
#: Sets of overrides that differ: each of them is a plan to be compiled.
MAX_OVERRIDE_SETS = 1000
MAX_CONSTRAINTS = 2000
MAX_OVERRIDES = 2000
#: Longest name of a scenario or locale, in characters.
MAX_NAME = 200

_Fault = Callable[[str, str, str], None]


def request_faults(request: GenerationRequest, locales: Collection[str]) -> list[Violation]:
    """Every fault that can be told without the schema."""
    faults: list[Violation] = []

    def fault(where: str, reason: str, message: str) -> None:
        faults.append(Violation(where, reason, message))

    _numbers(request, fault)
    if request.locale not in locales:
        near = get_close_matches(request.locale[:MAX_NAME], locales, n=2, cutoff=0.5)
        hint = f"; did you mean {' or '.join(sorted(near))}?" if near else "; for example en_US or de_DE"
        fault("locale", "UNKNOWN_LOCALE", f"unknown locale {request.locale[:60]!r}{hint}")
    if len(request.constraints) > MAX_CONSTRAINTS:
        words = f"a request has at most {MAX_CONSTRAINTS} constraints, not {len(request.constraints)}"
        fault("constraints", "TOO_MANY_CONSTRAINTS", words)
    if len(request.overrides) > MAX_OVERRIDES:
        words = f"a request has at most {MAX_OVERRIDES} overrides, not {len(request.overrides)}"
        fault("overrides", "TOO_MANY_OVERRIDES", words)
    _scenarios(request, fault)
    return faults


def _numbers(request: GenerationRequest, fault: _Fault) -> None:
    if not 1 <= request.count <= MAX_COUNT:
        fault("count", "INVALID_COUNT", f"count is 1 to {MAX_COUNT}, not {request.count}")
    if not 0 <= request.first_row <= MAX_ROW:
        fault("first_row", "INVALID_FIRST_ROW", f"first_row is 0 to 2**62, not {request.first_row}")
    if request.seed is not None and not 0 <= request.seed < 2**64:
        fault("seed", "INVALID_SEED", f"a seed is 0 to 2**64 - 1, not {request.seed}")
    threshold = request.coherence_threshold
    if threshold is not None and not 0 <= threshold <= 1:
        fault("coherence_threshold", "INVALID_THRESHOLD", f"a coherence threshold is 0 to 1, not {threshold}")


def _scenarios(request: GenerationRequest, fault: _Fault) -> None:
    scenarios = request.scenarios
    if len(scenarios) > MAX_SCENARIOS:
        fault(
            "scenarios", "TOO_MANY_SCENARIOS", f"a request has at most {MAX_SCENARIOS} scenarios, not {len(scenarios)}"
        )
        return
    seen = set[str]()
    for number, scenario in enumerate(scenarios):
        where = f"scenarios[{number}]"
        if not scenario.name or len(scenario.name) > MAX_NAME:
            fault(f"{where}.name", "INVALID_SCENARIO", f"a scenario has a name of 1 to {MAX_NAME} characters")
        elif scenario.name in seen:
            fault(f"{where}.name", "DUPLICATE_SCENARIO", f"the name {scenario.name[:60]!r} is there twice")
        seen.add(scenario.name)
        if scenario.count < 1:
            fault(f"{where}.count", "INVALID_SCENARIO", f"a scenario's count is at least 1, not {scenario.count}")
        if len(scenario.overrides) > MAX_OVERRIDES:
            words = f"a scenario has at most {MAX_OVERRIDES} overrides, not {len(scenario.overrides)}"
            fault(f"{where}.overrides", "TOO_MANY_OVERRIDES", words)
    sets = len({frozenset(scenario.overrides.items()) for scenario in scenarios})
    if sets > MAX_OVERRIDE_SETS:
        words = f"the overrides of scenarios may differ in at most {MAX_OVERRIDE_SETS} ways, these do in {sets}"
        fault("scenarios", "TOO_MANY_SCENARIOS", words)
    total = sum(max(0, scenario.count) for scenario in scenarios)
    if total > max(request.count, 0):
        words = f"the scenarios claim {total} rows, count is {request.count}; raise count or lower theirs"
        fault("scenarios", "SCENARIOS_OVER_COUNT", words)
