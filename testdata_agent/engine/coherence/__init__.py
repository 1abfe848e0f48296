"""Coherence: the checks of finished records and the score. It knows nothing of how a record was made."""

from testdata_agent.engine.coherence.report import CoherenceReport, Fault
from testdata_agent.engine.coherence.score import Scorer

__all__ = ["CoherenceReport", "Fault", "Scorer"]
