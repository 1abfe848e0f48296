"""What is wrong with a text as a whole, so that its records cannot be told apart."""

from testdata_agent.engine.errors import EngineError


class UnreadableText(EngineError):  # noqa: N818 - it names a state of the text
    """A text that is not of its format; the message says where (lines are counted from 1) and what would be right."""
