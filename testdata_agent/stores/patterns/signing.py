"""The signatures of patterns that somebody wrote: of their records as they are, so that none is stored twice."""

from testdata_agent.engine.learning.signatures import signature
from testdata_agent.stores.patterns.pattern import Draft


def signed(draft: Draft) -> tuple[Draft, str]:
    """A draft with its signature."""
    return draft, signature(draft.record, (*draft.locked_paths, *draft.defect.values()), exact=True)
