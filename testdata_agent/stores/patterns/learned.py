"""Patterns out of lessons."""

from testdata_agent.engine.learning.lessons import Lesson
from testdata_agent.engine.schema.model import Schema
from testdata_agent.stores.patterns.pattern import Draft, PatternKind


def lesson_draft(lesson: Lesson, schema: Schema, *, kind: PatternKind, source: str, client_id: str) -> Draft:
    """What is to be stored of a lesson about records of this schema; `source` as Draft has it."""
    return Draft(
        kind=kind,
        domain=schema.domain,
        entity=schema.name,
        name=lesson.name,
        intent=lesson.intent,
        record=lesson.record,
        locked_paths=lesson.locked_paths,
        tags=lesson.tags,
        source=source,
        quality=lesson.quality,
        client_id=client_id,
    )
