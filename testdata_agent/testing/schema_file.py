"""Schemas that a call names by their files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from testdata_agent.testing.errors import Fault, RequestRefused


def schema_of(given: Any, folders: Sequence[Path]) -> Any:
    """The schema of a call: a path is read, a text that is no path (it begins with a brace) and plain data stay.

    Args:
        given: What the call says.
        folders: Where a relative path is looked for, in this order.

    Raises:
        RequestRefused: there is no such file, or it cannot be read.
    """
    if not isinstance(given, (str, Path)) or (isinstance(given, str) and given.lstrip().startswith("{")):
        return given
    tried = [folder / given for folder in folders]
    found = next((path for path in tried if path.is_file()), None)
    if found is None:
        places = " or ".join(str(path) for path in dict.fromkeys(tried))
        raise RequestRefused([Fault("schema", "NO_SUCH_FILE", f"there is no file {places}")])
    try:
        return found.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise RequestRefused([Fault("schema", "UNREADABLE_FILE", f"cannot read {found}: {reason}")]) from error
