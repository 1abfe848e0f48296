"""Texts put into, before or after what stands in a text field."""

from collections.abc import Callable, Iterator
from typing import Any

from testdata_agent.engine.defects.case import Case
from testdata_agent.engine.defects.changing import to_said
from testdata_agent.engine.defects.defect import DefectClass, Verdict
from testdata_agent.engine.defects.spots import ABSENT, Site, Spot

#: Makes the new text of the old one.
Texture = Callable[[str], str]


def before(payload: str) -> Texture:
    """The payload, then the text."""
    return lambda text: payload + text


def after(payload: str) -> Texture:
    """The text, then the payload."""
    return lambda text: text + payload


def inside(payload: str) -> Texture:
    """The payload behind the first character."""
    return lambda text: text[:1] + payload + text[1:]


def text_cases(spot: Spot, defect_class: DefectClass, textures: dict[str, tuple[str, Texture]]) -> Iterator[Case]:
    """A case for each of the textures, which stand by name with what they try."""
    saying = spot.saying
    if not saying.is_text or spot.field.values is not None:
        return
    for kind, (words, make) in textures.items():
        rule = f"{spot.path}: {words}"
        yield Case(defect_class, kind, spot.path, rule, Verdict.UNSPECIFIED, to_said(spot, _made(spot, make)))


def _made(spot: Spot, make: Texture) -> Any:
    most = spot.field.max_length

    def made(_site: Site, old: Any) -> Any:
        text = old if isinstance(old, str) else "x"
        long = make(text)
        if most is None or len(long) <= most:
            return long
        # What was there makes room, so that the length is not wrong as well.
        short = make(text[: max(0, len(text) + most - len(long))])
        return short if len(short) <= most else ABSENT

    return made
