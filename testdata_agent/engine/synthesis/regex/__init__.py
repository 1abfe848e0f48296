"""Strings that match a regular expression: addressable by hash, countable, and bounded in time and memory.

The pipeline is one module a step: `syntax` reads the pattern (RE2 says whether it is one), `charsets` resolves its
character classes, `nfa` and `dfa` turn it into an unambiguous automaton, `counting` counts strings by length, and
`sampler` draws them.
"""

from testdata_agent.engine.synthesis.regex.faults import RegexFault
from testdata_agent.engine.synthesis.regex.sampler import RegexSampler

__all__ = ["RegexFault", "RegexSampler"]
