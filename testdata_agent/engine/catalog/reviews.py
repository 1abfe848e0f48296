"""Sentences of product reviews by stars, part, topic and department; they come from `reference/reviews/*.yaml`.

In the files, braces hold alternatives (`{good|nice}`) or the name of a list of `slots.yaml` (`{adviser}`); both are
expanded here into every concrete sentence. `{thing}` alone is left in: a singular noun phrase that reads after "this".
Facts that could clash (how long, how often, how it failed) stand in one topic each, openings and closings have none of
them: details of different topics never contradict one another, whatever opening and closing go with them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import yaml

STARS: Final = range(1, 6)
#: Sentences by template: writers choose a template first, so that one with many forms is not met more often.
Sentences = tuple[tuple[str, ...], ...]
#: Details: the sentences of each topic.
Topics = tuple[Sentences, ...]


@dataclass(frozen=True, slots=True)
class Reviews:
    """Concrete sentences with `{thing}` left in.

    Attributes:
        titles: Headlines by stars.
        parts: By stars and `opening` or `closing`.
        topics: Details by stars and topic, those that fit anything that is sold.
        scenes: Details by stars and department: one topic more.
        spent: Details by stars of what is eaten, poured or used up, in place of the topics `unfit`.
        unfit: Topics that do not fit what is used up.
        departments: Department by theme of the catalogue.
        used_up: Categories of the catalogue whose things are used up.
    """

    titles: Mapping[int, tuple[str, ...]]
    parts: Mapping[tuple[int, str], Sentences]
    topics: Mapping[int, Mapping[str, Sentences]]
    scenes: Mapping[tuple[int, str], Sentences]
    spent: Mapping[int, Sentences]
    unfit: frozenset[str]
    departments: Mapping[str, str]
    used_up: frozenset[str]

    def details(self, rating: int, department: str = "", *, used_up: bool = False) -> Topics:
        """Sentences by topic, the department's own topic first; an unknown department has none of its own."""
        own = self.scenes.get((rating, department))
        first = () if own is None else (own,)
        if not used_up:
            return (*first, *self.topics[rating].values())
        fit = (sentences for topic, sentences in self.topics[rating].items() if topic not in self.unfit)
        return (*first, self.spent[rating], *fit)


@lru_cache(maxsize=1)
def load_reviews() -> Reviews:
    """Reads and expands the sentences."""
    slots: Mapping[str, Sequence[str]] = _read("slots")
    shelf = _read("departments")
    titles: dict[int, tuple[str, ...]] = {}
    parts: dict[tuple[int, str], Sentences] = {}
    topics: dict[int, dict[str, Sentences]] = {}
    scenes: dict[tuple[int, str], Sentences] = {}
    spent: dict[int, Sentences] = {}
    for stars in STARS:
        mood = _read(f"stars_{stars}")
        titles[stars] = tuple(mood["title"])
        for part in ("opening", "closing"):
            parts[stars, part] = _by_template(mood[part], slots)
        topics[stars] = {topic: _by_template(templates, slots) for topic, templates in mood["details"].items()}
        spent[stars] = _by_template(mood["used_up"], slots)
        for name, department in shelf["departments"].items():
            own = {**slots, "scene": department["scenes"]}
            scenes[stars, name] = _by_template([*department["own"][stars], *shelf["shared"][stars]], own)
    departments = {theme: name for name, department in shelf["departments"].items() for theme in department["themes"]}
    unfit, used_up = (frozenset(shelf["used_up"][key]) for key in ("without", "categories"))
    return Reviews(titles, parts, topics, scenes, spent, unfit, departments, used_up)


def _by_template(templates: Sequence[str], slots: Mapping[str, Sequence[str]]) -> Sentences:
    return tuple(expanded([template], slots) for template in templates)


def expanded(templates: Sequence[str], slots: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Every concrete sentence of the templates, in their order, each once, with a capital at its beginning."""
    result: dict[str, None] = {}
    for template in templates:
        for text in _variants(template, slots):
            result[text[0].upper() + text[1:]] = None
    return tuple(result)


def _variants(template: str, slots: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The texts that a template stands for; braces may hold braces."""
    start = template.find("{")
    if start < 0:
        yield template
        return
    choices, end = _choices(template, start)
    tails = list(_variants(template[end:], slots))
    inner: list[str] = []
    for choice in choices:
        inner.extend(_variants(choice, slots))
    if len(choices) == 1:
        name = choices[0]
        inner = ["{thing}"] if name == "thing" else [str(value) for value in slots[name]]
    for value in inner:
        for tail in tails:
            yield template[:start] + value + tail


def _choices(template: str, start: int) -> tuple[list[str], int]:
    """What the brace at `start` holds, cut at its own bars, and where the text goes on after it."""
    depth, cut = 0, start + 1
    choices: list[str] = []
    for at in range(start, len(template)):
        char = template[at]
        depth += (char == "{") - (char == "}")
        if (char == "|" and depth == 1) or depth == 0:
            choices.append(template[cut:at])
            cut = at + 1
        if depth == 0:
            return choices, cut
    raise ValueError(f"a brace is not closed: {template!r}")


def _read(name: str) -> Any:
    file = resources.files("testdata_agent.engine.catalog") / "reference" / "reviews" / f"{name}.yaml"
    return yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
