"""Which releases go on with a database, so that old ones and new ones run side by side while they are exchanged.

A database names the oldest revision whose releases it still goes with. A release that does not know the database's own
revision, because that is newer, goes by this name.
"""

from typing import Final

from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, String, Table, delete, insert, inspect, select

from testdata_agent.stores.jobs.tables import METADATA

#: One row.
_COMPATIBILITY: Final = Table("compatibility", METADATA, Column("oldest", String(32), primary_key=True))


def known(scripts: ScriptDirectory) -> list[str]:
    """The revisions of this release, the first one first."""
    return [script.revision for script in scripts.walk_revisions()][::-1]


def oldest(scripts: ScriptDirectory) -> str:
    """The oldest revision whose releases go with a database of this release's.

    A migration that only adds has no bearing on the releases before it. One that takes away what they use names, as
    `oldest`, the first revision whose releases do without: its own, or an earlier one.
    """
    order = known(scripts)
    named = [getattr(scripts.get_revision(revision).module, "oldest", order[0]) for revision in order]
    return max(named, key=order.index)


def write(connection: Connection, revision: str) -> None:
    """Has the database name `revision` as the oldest."""
    connection.execute(delete(_COMPATIBILITY))
    connection.execute(insert(_COMPATIBILITY).values(oldest=revision))


def read(connection: Connection) -> str | None:
    """What the database names; None where it is of a release that named none."""
    if not inspect(connection).has_table(_COMPATIBILITY.name):
        return None
    return connection.execute(select(_COMPATIBILITY.c.oldest)).scalar_one_or_none()
