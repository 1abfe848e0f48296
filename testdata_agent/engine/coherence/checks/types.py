"""Values are of their field's type: dates are dates, and null stands only where the schema allows it."""

from typing import ClassVar

from testdata_agent.engine.coherence.batch import Batch, View
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.report import Problem


class Types(Check):
    """Types of all values."""

    name: ClassVar = "types"

    def quick(self, batch: Batch, moment: Moment) -> int:  # noqa: ARG002
        """Columns are only made of records whose values are of their types."""
        return len(batch.records)

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:  # noqa: ARG002
        """See Check."""
        return view.mistyped
