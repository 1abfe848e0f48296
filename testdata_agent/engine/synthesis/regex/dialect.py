"""RE2 as the judge of what a pattern is and what it matches."""

import re
from typing import Any

import re2

from testdata_agent.engine.synthesis.regex import faults
from testdata_agent.engine.synthesis.regex.faults import RegexFault

#: Characters of a pattern. RE2 itself takes more, but nobody wrote a longer one by hand.
MAX_PATTERN_LENGTH = 8_192

#: What RE2 calls an invalid operator, by the name its author knows it under. Longest first.
_OPERATORS = {
    "(?<=": "look-behind (?<=...)",
    "(?<!": "look-behind (?<!...)",
    "(?=": "look-ahead (?=...)",
    "(?!": "look-ahead (?!...)",
    "(?>": "the atomic group (?>...)",
    "(?#": "the comment (?#...)",
    "(?(": "the conditional group (?(...)...)",
    "(?P=": "the back-reference (?P=...)",
    "(?P>": "the recursion (?P>...)",
    "(?x": "the extended flag (?x)",
}
_BACK_REFERENCE = re.compile(r"\\[1-9k]")
_ESCAPES = re.compile(r"\\[ZGKRXuN]")


def compile_re2(pattern: str) -> Any:
    """The compiled pattern (UTF-8, case-sensitive); raises RegexFault in RE2's own words where it is none."""
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise RegexFault(faults.TOO_LARGE, f"the pattern has {len(pattern)} characters; at most {MAX_PATTERN_LENGTH}")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except UnicodeEncodeError:
        raise RegexFault(faults.SYNTAX, "the pattern is not valid Unicode text") from None
    except re2.error as error:
        raise _fault(pattern, error) from None


def _fault(pattern: str, error: Exception) -> RegexFault:
    detail = error.args[0] if error.args else ""
    words = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
    kind, _, culprit = words.partition(": ")
    if kind == "invalid perl operator":
        for operator, name in _OPERATORS.items():
            if culprit.startswith(operator) or (culprit == "(?P" and operator[:3] == "(?P" and operator in pattern):
                return RegexFault(faults.UNSUPPORTED, f"{name} is not supported (patterns are RE2)")
    if kind == "invalid escape sequence":
        if _BACK_REFERENCE.match(culprit):
            return RegexFault(faults.UNSUPPORTED, f"the back-reference {culprit} is not supported (patterns are RE2)")
        if _ESCAPES.match(culprit):
            return RegexFault(faults.UNSUPPORTED, f"the escape {culprit} is not supported (patterns are RE2)")
    if kind == "pattern too large - compile failed" or kind.startswith("pattern too large"):
        return RegexFault(faults.TOO_LARGE, "the pattern is too large for RE2")
    return RegexFault(faults.SYNTAX, f"not a regular expression of RE2: {words[:200]}")
