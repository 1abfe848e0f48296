"""`testdata patterns search`, `stats` and `delete`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from testdata_agent.cli.faults import Mistake, reported
from testdata_agent.cli.options import DomainOption, GatewayOption

if TYPE_CHECKING:
    from testdata_agent.client.pattern import Kind, Match

KINDS = ("pattern", "defect", "sample")


def search(
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="What they are patterns of.")],
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD]...", help="What they are about. None: the best.")
    ] = None,
    *,
    kind: Annotated[list[str] | None, typer.Option(metavar="|".join(KINDS), help="Only these. Repeatable.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Those that have it. Repeatable.")] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=100, help="At most so many.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, with the record.")] = False,
    domain: DomainOption = "",
    server: GatewayOption = None,
) -> None:
    """Find patterns by words and meaning, best first: score, id, name, what it is for."""
    from testdata_agent.cli.patterns import PatternSource

    with reported():
        found = PatternSource(server).search(
            entity, " ".join(words or ()), domain=domain, kinds=known_kinds(kind or ()), tags=tag or (), limit=limit
        )
        for match in found.matches:
            typer.echo(_object(match) if as_json else _line(match))
        if not found.matches:
            typer.echo("nothing is near it", err=True)
        if found.index_reason:
            typer.echo(f"note: found by the {found.index} index: {found.index_reason}", err=True)


def stats(
    entity: Annotated[str, typer.Argument(metavar="[ENTITY]", help="All of them if none.")] = "",
    *,
    fields: Annotated[bool, typer.Option("--fields", help="How the values of its records are distributed.")] = False,
    domain: DomainOption = "",
    server: GatewayOption = None,
) -> None:
    """Count the patterns that are stored; uses are the answers that were made of them."""
    from testdata_agent.cli.patterns import PatternSource, distribution

    with reported():
        found = PatternSource(server).stats(entity, domain, with_fields=fields)
        typer.echo(f"{'DOMAIN':<12} {'ENTITY':<16} {'KIND':<8} {'PATTERNS':>8} {'USES':>8} {'QUALITY':>8}")
        for count in found.counts:
            told = f"{count.domain:<12} {count.entity:<16} {count.kind:<8} {count.patterns:>8} {count.uses:>8}"
            typer.echo(f"{told} {count.quality:>8.2f}")
        if found.fields:
            typer.echo(f"\n{'FIELD':<32} {'RECORDS':>16} LEAST .. QUARTILES .. MOST, OR RECORDS BY VALUE")
        for path, field in found.fields.items():
            typer.echo(distribution(path, field))
        reason = f" ({found.index_reason})" if found.index_reason else ""
        typer.echo(f"{found.patterns} patterns; index: {found.index}{reason}; embedder: {found.embedder_id}", err=True)


def rate(
    rating: Annotated[
        str, typer.Argument(metavar="helpful|unhelpful", help="Whether what was made of them was of use.")
    ],
    pattern_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="As `search` and the metadata name them.")],
    *,
    server: GatewayOption = None,
) -> None:
    """Say how useful patterns were: the better one is preferred where several are as near."""
    from testdata_agent.cli.patterns import PatternSource

    with reported():
        if rating not in ("helpful", "unhelpful"):
            raise Mistake([f"there is no rating {rating!r}; known: helpful, unhelpful"])
        rated = PatternSource(server).rate(pattern_ids, helpful=rating == "helpful")
        for pattern in rated:
            typer.echo(f"{pattern.pattern_id}  quality {pattern.quality:.2f}  {pattern.name}")
        missing = len(set(pattern_ids)) - len(rated)
        if missing:
            typer.echo(f"note: {missing} of them are not stored", err=True)


def delete(
    pattern_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="As `search` and the metadata name them.")],
    *,
    server: GatewayOption = None,
) -> None:
    """Put patterns out of use."""
    from testdata_agent.cli.patterns import PatternSource

    with reported():
        gone = PatternSource(server).delete(pattern_ids)
        typer.echo(
            f"{gone} of {len(pattern_ids)} deleted" + ("" if gone == len(pattern_ids) else "; there is no other")
        )


def known_kinds(kinds: Iterable[str]) -> "list[Kind]":
    """The kinds; raises Mistake for one that there is not."""
    known: dict[str, Kind] = {"pattern": "pattern", "defect": "defect", "sample": "sample"}
    unknown = [kind for kind in kinds if kind not in known]
    if unknown:
        raise Mistake(f"--kind: there is no kind {kind!r}; known: {', '.join(known)}" for kind in unknown)
    return [known[kind] for kind in kinds]


def _line(match: "Match") -> str:
    pattern = match.pattern
    return f"{match.score:.2f}  {pattern.pattern_id}  {pattern.kind:<7}  {pattern.name}: {pattern.intent}"


def _object(match: "Match") -> str:
    pattern = match.pattern
    return json.dumps(
        {
            "score": round(match.score, 4),
            "pattern_id": pattern.pattern_id,
            "kind": pattern.kind,
            "domain": pattern.domain,
            "entity": pattern.entity,
            "name": pattern.name,
            "intent": pattern.intent,
            "record": pattern.record,
            "locked_paths": pattern.locked_paths,
            "tags": pattern.tags,
            "source": pattern.source,
            "quality": round(pattern.quality, 4),
            "uses": pattern.uses,
        },
        ensure_ascii=False,
    )
