"""Identifiers of SQL: of any name, short enough, and no two alike."""

from hashlib import blake2b

from testdata_agent.engine.render.style import Dialect

#: Bytes of a PostgreSQL identifier at the most; SQLite has no limit.
POSTGRESQL_BYTES = 63
#: Names of columns that every PostgreSQL table has already.
_SYSTEM = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})
#: How names begin that SQLite keeps for itself.
_KEPT = "sqlite_"
_HASH_BYTES = 4


def quoted(name: str) -> str:
    """An identifier as it stands in a statement: any name is one in quotation marks, keywords and capitals too."""
    return '"' + name.replace('"', '""') + '"'


class Names:
    """The names of one scope (the tables of a database, the columns of a table): each is given once.

    Databases differ in whether capitals tell names apart, so here they do not.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._limit = POSTGRESQL_BYTES if dialect is Dialect.POSTGRESQL else None
        self._taken = set[str](_SYSTEM)

    def give(self, wanted: str) -> str:
        """The name, or the nearest one that is free and fits: shortened with a hash of the whole, then numbered."""
        name = "_" + wanted if wanted.lower().startswith(_KEPT) else wanted
        candidate, number = self._fitting(name, ""), 1
        while candidate.lower() in self._taken:
            number += 1
            candidate = self._fitting(name, f"_{number}")
        self._taken.add(candidate.lower())
        return candidate

    def _fitting(self, name: str, end: str) -> str:
        whole = name + end
        if self._limit is None or len(whole.encode()) <= self._limit:
            return whole
        end = "_" + blake2b(name.encode(), digest_size=_HASH_BYTES).hexdigest() + end
        return name.encode()[: self._limit - len(end)].decode(errors="ignore") + end
