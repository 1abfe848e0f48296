"""Texts have their form: e-mail addresses, telephone numbers, ids by pattern, check digits."""

from collections.abc import Mapping
from typing import ClassVar

from testdata_agent.engine.coherence.batch import Batch, View, shown
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.forms import Form, form_of
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.nodes import Node
from testdata_agent.engine.coherence.report import Problem


class Formats(Check):
    """The forms of all texts that have one."""

    name: ClassVar = "formats"

    def __init__(self, forms: Mapping[Node, Form]) -> None:
        self._forms = [(node.path, form) for node, form in forms.items()]
        self._steady = any(node.steady for node in forms)

    @classmethod
    def of(cls, nodes: Mapping[str, Node]) -> "Formats | None":
        """The check for a schema; None where no text has a form."""
        found = {node: form for node in nodes.values() if node.is_text and (form := form_of(node.field)) is not None}
        return cls(found) if found else None

    def quick(self, batch: Batch, moment: Moment) -> int | None:  # noqa: ARG002
        """See Check."""
        if not self._steady or not all(form.all_fit(batch.values[path]) for path, form in self._forms):
            return None
        return len(batch.records)

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:  # noqa: ARG002
        """See Check."""
        problems, applies = [], False
        for path, form in self._forms:
            for here, text in view.values[path]:
                applies = True
                if not form.fits(text):
                    problems.append((here, f"{here}: {shown(text)} is not {form.words}"))
        return problems if applies else None
