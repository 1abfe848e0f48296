"""testdata.v1.PatternService where there is no database: every method is refused and says what is missing."""

from typing import Any

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call

#: What a gateway without a database says of patterns, as one clause.
NO_DATABASE = "this gateway keeps no patterns: set DATABASE_URL, or start all parts together with `testdata up`"


class AbsentPatternServicer:
    """Stands in the place of PatternServicer."""

    async def LearnPatterns(self, message: Any, call: Call) -> Any:  # noqa: N802, ARG002 - its name in the contract
        """Refused, as all methods."""
        raise Refusal("PATTERNS_NOT_AVAILABLE", NO_DATABASE)

    SearchPatterns = RecordDefect = RatePatterns = DeletePatterns = GetPatternStats = LearnPatterns
