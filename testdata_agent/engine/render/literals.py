"""Values as SQL literals, a dialect a class.

Every literal stands on one line: control characters are written as escapes, so that no tool on the way (a shell that
reads lines, an editor that changes their ends) can change a text.
"""

import re
from collections.abc import Sequence
from typing import Any

import orjson

from testdata_agent.engine.errors import UnsatisfiableError, Violation
from testdata_agent.engine.render.cells import Notation
from testdata_agent.engine.render.style import Dialect
from testdata_agent.engine.synthesis.columns import Part, objects

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_JSON_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_RUN = re.compile("[\x01-\x1f\x7f]+")


class SqlNotation(Notation):
    """Literals of a dialect."""

    blank = "NULL"
    quote = "'"

    def scalar(self, value: Any) -> str:
        """See Notation."""
        if value is None:
            return self.blank
        if isinstance(value, bool):
            return str(self.booleans[int(value)])
        return self.text(value) if isinstance(value, str) else orjson.dumps(value).decode()

    def texts(self, texts: list[str], path: str) -> Sequence[Part]:
        """See Notation.

        Raises:
            UnsatisfiableError: A text holds a NUL.
        """
        together = "".join(texts)
        if "'" not in together and _CONTROL.search(together) is None:
            return ["'", texts, "'"]
        if "\0" in together:
            words = f"a value of {path} holds the character NUL, which SQL text cannot: ask for json, ndjson or csv"
            raise UnsatisfiableError(Violation("output_format", "UNSATISFIABLE", words))
        return [list(map(self.text, texts))]

    def text(self, text: str) -> str:
        """One text."""
        doubled = text.replace("'", "''")
        return f"'{doubled}'" if _CONTROL.search(text) is None else self._escaped(doubled)

    def json(self, text: str) -> str:
        """See Notation; JSON writes control characters as escapes of its own.

        Raises:
            UnsatisfiableError: A text in it holds a NUL.
        """
        if "\\u0000" in text and _JSON_NUL.search(text) is not None:
            words = "a value holds the character NUL, which SQL text cannot: ask for json, ndjson or csv"
            raise UnsatisfiableError(Violation("output_format", "UNSATISFIABLE", words))
        return "'" + text.replace("'", "''").replace("\x7f", "\\u007f") + "'"

    def _escaped(self, doubled: str) -> str:
        """A text with control characters, its apostrophes doubled."""
        raise NotImplementedError


class PostgresqlNotation(SqlNotation):
    """Literals that do not depend on standard_conforming_strings where they hold no backslash."""

    booleans = objects(["FALSE", "TRUE"])

    def _escaped(self, doubled: str) -> str:
        backslashed = doubled.replace("\\", "\\\\")
        return "E'" + _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", backslashed) + "'"


class SqliteNotation(SqlNotation):
    """Literals of SQLite, whose texts know no escapes."""

    booleans = objects(["0", "1"])

    def _escaped(self, doubled: str) -> str:
        return "('" + _RUN.sub(lambda found: f"'||char({','.join(map(str, found[0].encode()))})||'", doubled) + "')"


NOTATIONS = {Dialect.POSTGRESQL: PostgresqlNotation(), Dialect.SQLITE: SqliteNotation()}
