"""Where patterns are kept and found: SQL rows are the truth, the indexes over them can be made again."""

from testdata_agent.stores.patterns.pattern import Draft, Pattern, PatternKind, merged

__all__ = ["Draft", "Pattern", "PatternKind", "merged"]
