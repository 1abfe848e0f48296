"""The bytes of a seed change only together with the engine's version, whatever Python makes them."""

import json

from testdata_agent.engine.version import ENGINE_VERSION
from tests.pinned import FILE, cases, digest


def test_seeds_make_what_they_made_when_this_version_was_named() -> None:
    pinned = json.loads(FILE.read_text(encoding="utf-8"))
    made = {name: digest(options) for name, options in cases()}
    others = sorted(name for name in {*made, *pinned["digests"]} if made.get(name) != pinned["digests"].get(name))
    told = "where this is meant, raise ENGINE_VERSION, name it in CHANGELOG.md and run `python -m tests.pinned`"
    assert pinned["engine_version"] == ENGINE_VERSION, told
    assert not others, told
