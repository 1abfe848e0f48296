"""The command with a source whose answers each test writes itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from testdata_agent.cli.app import app
from testdata_agent.cli.sources.base import Facts, FieldView, Part, SchemaView
from testdata_agent.engine.request import GenerationRequest


@dataclass
class ScriptedSource:
    """Hands out what the test put into it; remembers what it was asked."""

    documents: Sequence[str] = ('[{"n":0}]', '[{"n":1}]')
    facts_: Facts = field(default_factory=lambda: Facts(seed=42, as_of=1767225600))
    refuses_with: Exception | None = None
    breaks_with: BaseException | None = None
    requests: list[GenerationRequest] = field(default_factory=list)
    servers: list[str | None] = field(default_factory=list)

    @contextmanager
    def produce(self, request: GenerationRequest) -> Iterator["ScriptedSource"]:
        self.requests.append(request)
        if self.refuses_with is not None:
            raise self.refuses_with
        yield self

    def parts(self) -> Iterator[Part]:
        for document in self.documents:
            yield Part(document, 1)
        if self.breaks_with is not None:
            raise self.breaks_with

    def facts(self) -> Facts:
        return self.facts_

    def outlook(self, request: GenerationRequest) -> Sequence[tuple[str, str]]:
        self.requests.append(request)
        return [("path", "llm: a context of substance"), ("tokens", "about 1,234")]

    def schemas(self) -> Sequence[SchemaView]:
        fields = [FieldView("cart_id", "string", True, "Its id."), FieldView("items.sku", "string", False, "")]
        return [SchemaView("cart", "ecommerce", "A basket.", fields), SchemaView("user", "", "A person.", [])]


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> ScriptedSource:
    """What every command of the test asks, whatever server it names."""
    scripted = ScriptedSource()

    def choose(server: str | None) -> ScriptedSource:
        scripted.servers.append(server)
        return scripted

    monkeypatch.setattr("testdata_agent.cli.sources.choice.choose", choose)
    return scripted


@pytest.fixture
def run(source: ScriptedSource) -> Any:  # noqa: ARG001 - no test of this folder reaches a real source
    """Runs `testdata` with these words."""

    def invoke(*words: str, **variables: str) -> Result:
        return CliRunner().invoke(app, words, env=variables, obj=variables)

    return invoke
