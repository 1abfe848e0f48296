"""Stored patterns as the command line asks for them."""

from collections.abc import Iterable, Iterator, Sequence

from testdata_agent.cli.connection import connect, told
from testdata_agent.client import Learned, Matches, PatternDraft, PatternStats, Recorded
from testdata_agent.client.learning import Records
from testdata_agent.client.pattern import Defect, FieldStatistics, Kind, Pattern
from testdata_agent.stores.patterns import Draft

#: Refusals that are told one by one.
_SHOWN = 10


class PatternSource:
    """The patterns of a gateway.

    Its methods raise `Mistake` for what the caller can mend, and `Failure` for all else.
    """

    def __init__(self, server: str | None) -> None:
        """Takes `host:port`; None: this machine's."""
        self._patterns = connect(server).patterns

    def learn(
        self,
        records: Records,
        entity: str,
        *,
        schema: str | None,
        domain: str,
        kind: Kind,
        name: str,
        intent: str,
        tags: Sequence[str],
        locked_paths: Sequence[str],
    ) -> Learned:
        """Learns records."""
        with told():
            return self._patterns.learn(
                records,
                entity,
                schema=schema,
                domain=domain,
                kind=kind,
                name=name,
                intent=intent,
                tags=tags,
                locked_paths=locked_paths,
            )

    def store(self, drafts: Iterable[Draft]) -> Learned:
        """Stores patterns that are written already."""
        with told():
            return self._patterns.learn_drafts(map(_sent, drafts))

    def search(
        self, entity: str, text: str, *, domain: str, kinds: Sequence[Kind], tags: Sequence[str], limit: int
    ) -> Matches:
        """Finds patterns."""
        with told():
            return self._patterns.search(entity, text, domain=domain, kinds=kinds, tags=tags, limit=limit)

    def record_defect(
        self, entity: str, record: str, description: str, *, name: str, schema: str | None, defect: Defect
    ) -> Recorded:
        """Keeps a bug's trigger."""
        with told():
            return self._patterns.record_defect(entity, record, description, name=name, schema=schema, defect=defect)

    def rate(self, pattern_ids: Sequence[str], *, helpful: bool) -> Sequence[Pattern]:
        """Rates patterns; those that there are."""
        with told():
            return self._patterns.rate(pattern_ids, helpful=helpful)

    def delete(self, pattern_ids: Sequence[str]) -> int:
        """Puts patterns out of use; how many there were."""
        with told():
            return self._patterns.delete(pattern_ids)

    def stats(self, entity: str, domain: str, *, with_fields: bool) -> PatternStats:
        """What is stored, and how the values of an entity's records are distributed."""
        with told():
            return self._patterns.stats(entity, domain=domain, with_fields=with_fields)


def account(learned: Learned) -> Iterator[str]:
    """What became of records, a line each."""
    yield f"{learned.received} received: {learned.learned} learned, {learned.merged} merged, {learned.refused} refused"
    if learned.scrubbed:
        fields = ", ".join(f"{field} {count}" for field, count in sorted(learned.scrubbed.items()))
        yield f"replaced, since it could tell of a person: {fields}"


def refusals(learned: Learned) -> Iterator[str]:
    """Why records were refused, a line each, the first few of them."""
    for refused in learned.refusals[:_SHOWN]:
        where = f"record {refused.record + 1}" + (f", {refused.field}" if refused.field else "")
        yield f"{where}: {refused.description}"
    more = learned.refused - min(len(learned.refusals), _SHOWN)
    if more:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(learned.refused_by_reason.items()))
        yield f"and {more} more; in all: {reasons}"


#: Percentiles that are shown of a field, of those that are told.
_QUARTILES = (0, 25, 50, 75, 100)
#: Values that are shown of a field.
_VALUES = 5


def distribution(path: str, field: FieldStatistics) -> str:
    """One field's values in a line."""
    quartiles = [f"{field.quantiles[percent]:g}" for percent in _QUARTILES if percent in field.quantiles]
    frequent = sorted(field.shares.items(), key=lambda share: (-share[1], share[0]))
    told = " .. ".join(quartiles) or ", ".join(f"{value} {count}" for value, count in frequent[:_VALUES])
    more = f", and {len(frequent) - _VALUES} more" if not quartiles and len(frequent) > _VALUES else ""
    return f"{path:<32} {field.present:>6} of {field.records:<6} {told}{more}".rstrip()


def _sent(draft: Draft) -> PatternDraft:
    defect = draft.defect
    return PatternDraft(
        entity=draft.entity,
        record=draft.record,
        name=draft.name,
        intent=draft.intent,
        kind=draft.kind.value,
        domain=draft.domain,
        locked_paths=draft.locked_paths,
        tags=draft.tags,
        quality=draft.quality,
        defect=Defect(
            defect.get("class", ""), defect.get("pointer", ""), defect.get("rule", ""), defect.get("verdict", "")
        )
        if defect
        else None,
        source=draft.source,
    )
