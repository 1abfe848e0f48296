"""Which maker a field gets: by its hint, else by its meaning, else by its type."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import Column, Numbers, Words
from testdata_agent.engine.synthesis.frame import ROOT, Frame, Level, Maker
from testdata_agent.engine.synthesis.generators import (
    articles,
    choices,
    ids,
    numbers,
    people,
    places,
    reviews,
    texts,
    times,
)
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.ids import permute
from testdata_agent.engine.synthesis.limits import accepts, limited
from testdata_agent.engine.synthesis.pattern import PatternFault, is_pattern, parse_pattern
from testdata_agent.engine.synthesis.regex.faults import RegexFault
from testdata_agent.engine.synthesis.regex.sampler import RegexSampler
from testdata_agent.engine.synthesis.tables import Quantiles

if TYPE_CHECKING:
    from testdata_agent.engine.synthesis.compiler import Compiler

#: A maker, the columns it needs and the hashes it draws; None: a fault was noted.
Found = tuple[Maker, Sequence[str], Sequence[str]] | None

_VALUE = ("value",)
_DEFAULT_SPAN = Quantiles.of([(0, 3600), (40, 90 * 86_400), (100, 730 * 86_400)])
_BIRTH_SPAN = Quantiles.of([(0, 18 * 31_557_600), (60, 45 * 31_557_600), (100, 90 * 31_557_600)])
_LATER = Quantiles.of([(0, 60), (50, 86_400), (100, 60 * 86_400)])
_DEFAULT_NUMBERS = Quantiles.of([(0, 0), (30, 10), (70, 100), (95, 800), (100, 5000)])
#: Pools that names of text fields ask for.
NAMED_POOLS = {
    "first_name": "first_name",
    "given_name": "first_name",
    "last_name": "last_name",
    "surname": "last_name",
    "family_name": "last_name",
    "company": "company",
    "city": "city",
    "job": "job",
    "job_title": "job",
    "street": "street_name",
}
DEFAULT_POOL = "catch_phrase"


def maker_of(compiler: "Compiler", path: str, spec: Field, level: str) -> Found:
    """The maker of a leaf that is neither derived nor fixed."""
    hint = dict(spec.generate or {})
    scope = path.rpartition(".")[0]
    if spec.reference is not None and not limited(spec):
        return _reference(compiler, path, spec, level)
    if spec.type in NUMERIC_TYPES and spec.values is not None and "values" not in hint:
        return _number_choice(compiler, path, spec, spec.values, None)
    kind = hint.get("kind")
    if kind is not None and kind in _BY_HINT:
        return _BY_HINT[kind](compiler, path, spec, level, hint)
    if spec.semantic == "currency":
        return _currency(compiler, path, spec)
    if spec.values is not None:
        return choices.weighted(spec.values, None), (), _VALUE
    if spec.type in NUMERIC_TYPES:
        return _number(compiler, path, spec, hint)
    if spec.type in TIME_TYPES:
        return _time(compiler, path, spec, scope)
    if spec.type is FieldType.BOOLEAN:
        return choices.boolean(50), (), _VALUE
    return _text(compiler, path, spec, level)


def _key(compiler: "Compiler", path: str) -> int:
    return hashing.name_key(compiler.schema.name, path, "space")


# -- choices and numbers ------------------------------------------------------------------------------------------


def _choice(compiler: "Compiler", path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    if hint.get("by_child") and spec.values is not None and level != ROOT and spec.name not in compiler.limits.touched:
        if path not in compiler.limits.touched:
            return choices.per_child(spec.values), (), ()
        return choices.weighted(spec.values, None), (), _VALUE
    listed = hint.get("values", hint.get("money"))
    if spec.type in NUMERIC_TYPES and listed is not None:
        return _number_choice(compiler, path, spec, listed, hint.get("weights"))
    original = dict(compiler.schema.leaves())[path].values or spec.values or ()
    weights = hint.get("weights") or [1] * len(original)
    kept = [weight for value, weight in zip(original, weights, strict=True) if value in (spec.values or ())]
    return choices.weighted(spec.values or (), kept if any(kept) else None), (), _VALUE


def _number_choice(
    compiler: "Compiler", path: str, spec: Field, values: Sequence[Any], weights: Sequence[int] | None
) -> Found:
    from testdata_agent.engine.synthesis.compiler import numbers_of, scaled_bounds, scaled_value  # noqa: PLC0415

    scale = compiler.scale(spec)
    low, high = scaled_bounds(spec, scale)
    pairs = [
        (value, weight)
        for value, weight in zip(values, weights or [1] * len(values), strict=True)
        if (low is None or scaled_value(value, scale) >= low)
        and (high is None or scaled_value(value, scale) <= high)
        and (spec.values is None or any(scaled_value(v, scale) == scaled_value(value, scale) for v in spec.values))
    ]
    if not pairs:
        if spec.values is None and low is not None and high is not None:
            return numbers.uniform(low, high, scale), (), _VALUE
        compiler.fault(path, "CONTRADICTION", f"none of {', '.join(map(str, values))} is within the bounds")
        return None
    kept = [value for value, _ in pairs]
    inner = choices.weighted(kept, [weight for _, weight in pairs])
    return numbers_of(inner, kept, scale), (), _VALUE


def _shaped(compiler: "Compiler", path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    from testdata_agent.engine.synthesis.compiler import scaled_bounds, scaled_value  # noqa: PLC0415

    scale = compiler.scale(spec)
    table = Quantiles.of([(percent, scaled_value(value, scale)) for percent, value in hint["quantiles"]])
    maker = numbers.shaped(table, *scaled_bounds(spec, scale), scale)
    flag = hint.get("zero_unless")
    if flag is not None and path not in compiler.limits.touched:
        return numbers.zero_unless(flag, maker), (flag,), _VALUE
    return maker, (), _VALUE


def _number(compiler: "Compiler", path: str, spec: Field, _hint: dict[str, Any]) -> Found:
    from testdata_agent.engine.synthesis.compiler import scaled_bounds  # noqa: PLC0415

    scale = compiler.scale(spec)
    low, high = scaled_bounds(spec, scale)
    if spec.unique:
        return _unique_number(compiler, path, low, high, scale)
    if low is not None and high is not None:
        return numbers.uniform(low, high, scale), (), _VALUE
    table = Quantiles(_DEFAULT_NUMBERS.points * 10**scale + (low or 0))
    return numbers.shaped(table, low, high, scale), (), _VALUE


def _unique_number(compiler: "Compiler", path: str, low: int | None, high: int | None, scale: int) -> Found:
    first, last = low or 0, high if high is not None else (low or 0) + 2**40
    space, key = last - first + 1, _key(compiler, path)
    _room(compiler, path, space)

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        return Numbers(first + permute(level.rows, space, key ^ frame.seed), scale)

    return make, (), ()


def _room(compiler: "Compiler", path: str, space: int) -> None:
    """Remembers how many distinct values a unique field has; a request for more is refused."""
    compiler.groups.setdefault("spaces", {})[path] = space


def _tax(compiler: "Compiler", path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    from testdata_agent.engine.synthesis.compiler import scaled_bounds  # noqa: PLC0415

    place = _place(compiler, hint.get("place", ""), level)
    rates = compiler.resources.places.tax_rates

    def rate(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        return Numbers(rates[frame.columns[place].codes])  # type: ignore[union-attr]

    rate_path = compiler.add(path + "#rate", level, rate, (place,), ())
    if path not in compiler.limits.touched:
        compiler.dependent.add(path)
    low, high = scaled_bounds(spec, compiler.scale(spec))
    bounded = path in compiler.limits.touched
    return (
        numbers.share(hint["of"], rate_path, low if bounded else None, high if bounded else None),
        (hint["of"], rate_path),
        (),
    )


def _boolean(compiler: "Compiler", _path: str, _spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    del compiler
    return choices.boolean(int(hint["percent"])), (), _VALUE


def _first_true(*_args: Any) -> Found:
    return choices.first_true(), (), ()


def _currency(compiler: "Compiler", path: str, spec: Field) -> Found:
    if spec.values is not None:
        return choices.weighted(spec.values, None), (), _VALUE
    if not accepts(spec)(compiler.resources.currency):
        compiler.fault(
            path, "CONTRADICTION", f"{compiler.resources.currency!r} breaks the limits: name currencies in enum_values"
        )
    return choices.constant(compiler.resources.currency), (), ()


# -- times --------------------------------------------------------------------------------------------------------


def _ago(compiler: "Compiler", _path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    from testdata_agent.engine.synthesis.compiler import spans, time_bounds  # noqa: PLC0415

    by = hint.get("by")
    table = hint["days"]
    days = spec.type is FieldType.DATE
    if by is not None and by not in compiler.limits.fixed:
        tables = {text: spans(knots, "days") for text, knots in table.items()}
        return times.ago(tables, by, *time_bounds(spec), days=days), (by,), _VALUE
    knots = table[compiler.limits.fixed[by]] if by is not None else table
    return times.ago(spans(knots, "days"), None, *time_bounds(spec), days=days), (), _VALUE


def _after(compiler: "Compiler", _path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    from testdata_agent.engine.synthesis.compiler import spans, time_bounds  # noqa: PLC0415

    compiler.groups.setdefault("later", {})[_path] = hint["of"]
    maker = times.after(hint["of"], spans(hint["hours"], "hours"), *time_bounds(spec), days=spec.type is FieldType.DATE)
    return maker, (hint["of"],), _VALUE


def _time(compiler: "Compiler", path: str, spec: Field, scope: str) -> Found:
    from testdata_agent.engine.synthesis.compiler import time_bounds  # noqa: PLC0415

    days = spec.type is FieldType.DATE
    base = _ordered_after(compiler, path)
    if base is not None:
        return times.after(base, _LATER, *time_bounds(spec), days=days), (base,), _VALUE
    birth = "birth" in spec.name or spec.name == "dob"
    del scope
    return times.ago(_BIRTH_SPAN if birth else _DEFAULT_SPAN, None, *time_bounds(spec), days=days), (), _VALUE


def _ordered_after(compiler: "Compiler", path: str) -> str | None:
    """The time field that a rule says comes before this one (`updated_at >= created_at`)."""
    from testdata_agent.engine.rules.syntax import Path  # noqa: PLC0415

    for rule in compiler.book.checking:
        expr = getattr(rule.expr, "consequence", rule.expr)
        left, right, operator = (getattr(expr, name, None) for name in ("left", "right", "operator"))
        if operator in {">=", ">"} and left == Path(path) and isinstance(right, Path):
            return right.name
        if operator in {"<=", "<"} and right == Path(path) and isinstance(left, Path):
            return left.name
    return None


# -- groups -------------------------------------------------------------------------------------------------------


def _allowed(compiler: "Compiler", scope: str, kind: str, texts_of: Callable[[str], Words]) -> Any:
    """Which lines of a table the limits of a group's fields allow, as a bool array."""
    allowed: Any = None
    for path, spec in compiler.limits.fields.items():
        hint = spec.generate or {}
        if (
            path.rpartition(".")[0] != scope
            or hint.get("kind") != kind
            or hint["part"] in {"street", "phone", "quantity"}
        ):
            continue
        if path in compiler.limits.fixed and not isinstance(compiler.limits.fixed[path], list):
            if spec.type in NUMERIC_TYPES:
                continue
            wanted = compiler.limits.fixed[path]
            here = np.array([text == wanted for text in texts_of(hint["part"]).texts])
            if not here.any():
                continue
        elif path in compiler.limits.touched and limited(spec) and spec.type not in NUMERIC_TYPES:
            test = accepts(spec)
            here = np.array([test(text) for text in texts_of(hint["part"]).texts])
        elif path in compiler.limits.touched and hint["part"] == "price":
            from testdata_agent.engine.synthesis.compiler import scaled_bounds  # noqa: PLC0415

            low, high = scaled_bounds(spec, compiler.scale(spec))
            prices = compiler.resources.prices
            here = (prices >= (low if low is not None else 0)) & (prices <= (high if high is not None else 2**60))
        else:
            continue
        allowed = here if allowed is None else allowed & here
    return allowed


def _place(compiler: "Compiler", scope: str, level: str) -> str:
    """The hidden column of the place that belongs to the object at `scope`."""
    path = scope + "#place"
    if path in compiler.nodes:
        return path
    resources = compiler.resources
    weights = np.asarray(resources.places.weights)
    allowed = _allowed(compiler, scope, "place", resources.place_words)
    if allowed is not None:
        if not allowed.any():
            compiler.fault(
                scope, "UNSATISFIABLE", f"no known place of {resources.locale} satisfies these limits together"
            )
            allowed = np.ones(len(weights), dtype=bool)
        weights = np.where(allowed, weights, 0)
    home = None
    inside = level != ROOT and scope == level
    if inside:
        home = _place(compiler, "", ROOT)
    maker = places.place(resources.place_words("city"), weights.tolist(), home if allowed is None else None)
    return compiler.add(path, level, *_like(compiler, scope, level, "#place", maker, (home,) if home else ()))


def _like(
    compiler: "Compiler", scope: str, level: str, suffix: str, maker: Maker, needs: Sequence[str]
) -> tuple[Maker, Sequence[str], Sequence[str]]:
    """The maker itself, or, where the object is often a copy of another, one that copies in those rows."""
    spec = compiler.limits.fields.get(scope)
    hint = (spec.generate or {}) if spec is not None else {}
    touched = any(path.startswith(scope + ".") for path in compiler.limits.touched)
    if "same_as" not in hint or touched:
        return maker, needs, _VALUE
    other = hint["same_as"]
    flag = compiler.add(scope + "#same", level, choices.boolean(int(hint["percent"])))
    if suffix == "#place":
        _place(compiler, other, level)
    else:
        _street_parts(compiler, other, level)
    return places.same_as(flag, other + suffix, maker), (*needs, flag, other + suffix), _VALUE


def _street_parts(compiler: "Compiler", scope: str, level: str) -> tuple[str, str]:
    template = compiler.resources.places.street_formats[0]
    table = places.HOUSE_NUMBERS if template.startswith("{number} ") else places.SHORT_HOUSE_NUMBERS
    house, street = scope + "#house", scope + "#street"
    if house not in compiler.nodes:
        compiler.add(house, level, *_like(compiler, scope, level, "#house", numbers.shaped(table, None, None, 0), ()))
        names = texts.pooled(compiler.resources.pool_words("street_name"))
        compiler.add(street, level, *_like(compiler, scope, level, "#street", names, ()))
    return house, street


def _place_part(compiler: "Compiler", path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    scope, part = path.rpartition(".")[0], hint["part"]
    if part in {"street", "phone"} and path in compiler.limits.touched and limited(spec):
        return _text(compiler, path, spec, level)
    if part == "street":
        house, street = _street_parts(compiler, scope, level)
        form, pool = compiler.resources.places.street_formats[0], compiler.resources.pool("street_name")
        return places.street(house, street, form, pool), (house, street), ()
    group = _place(compiler, scope, level)
    if part == "phone":
        return places.phone(group, compiler.resources.places), (group,), _VALUE
    return places.part(group, compiler.resources.place_words(part)), (group,), ()


def _person(compiler: "Compiler", path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    part, scope = hint["part"], path.rpartition(".")[0]
    resources = compiler.resources
    if path in compiler.limits.touched and limited(spec) and part in {"email", "username"}:
        return _text(compiler, path, spec, level)
    if part in {"first_name", "last_name"}:
        return _pooled(compiler, path, spec, part)
    names = []
    for name in ("first_name", "last_name"):
        sibling = f"{scope}.{name}" if scope else name
        free = sibling in compiler.limits.fields and sibling not in compiler.limits.touched
        if not free:
            sibling = compiler.add(f"{scope}#{name}", level, texts.pooled(resources.pool_words(name)))
        names.append(sibling)
    pools = (resources.pool("first_name"), resources.pool("last_name"))
    make = people.email if part == "email" else people.username
    purposes = _VALUE if part == "email" else ()
    return make(names[0], names[1], *pools, _key(compiler, path)), names, purposes


def _shelf(compiler: "Compiler", scope: str) -> tuple[articles.Shelf, bool]:
    """The shelf of the group at `scope`, and whether prices come from it."""
    found = compiler.groups.get(scope + "#shelf")
    if found is None:
        stock = compiler.resources.articles
        allowed = _allowed(compiler, scope, "article", _article_texts(compiler))
        priced = True
        if allowed is None:
            allowed = np.ones(len(stock.names), dtype=bool)
        if not allowed.any():
            allowed, priced = np.ones(len(stock.names), dtype=bool), False
        found = compiler.groups[scope + "#shelf"] = (articles.Shelf.of(stock, allowed), priced)
    result: tuple[articles.Shelf, bool] = found
    return result


def _article_texts(compiler: "Compiler") -> Callable[[str], Words]:
    return compiler.resources.article_words


def _article(compiler: "Compiler", scope: str, level: str) -> str:
    """The hidden column of the article that belongs to the object at `scope`."""
    path = scope + "#article"
    if path in compiler.nodes:
        return path
    shelf, _ = _shelf(compiler, scope)
    names = compiler.resources.article_words("name")
    if level == ROOT:
        return compiler.add(path, level, articles.single(shelf, names, _key(compiler, path)), (), ())
    theme = compiler.add(level + "#theme", ROOT, articles.theme(shelf, Words(compiler.resources.articles.themes)))
    walk = compiler.add(level + "#walk", ROOT, articles.walk(shelf, theme), (theme,), ("start", "stride"))
    return compiler.add(path, level, articles.basket(shelf, theme, walk, names), (theme, walk))


def _article_part(compiler: "Compiler", path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    from testdata_agent.engine.synthesis.compiler import scaled_bounds  # noqa: PLC0415

    scope, part = path.rpartition(".")[0], hint["part"]
    article = _article(compiler, scope, level)
    resources = compiler.resources
    shelf, found = _shelf(compiler, scope)
    if part == "quantity":
        low, high = scaled_bounds(spec, 0)
        capped = high if path in compiler.limits.touched else None
        return articles.quantity(article, resources.articles.quantity_cap, low or 1, capped), (article,), _VALUE
    if part == "price":
        scale = compiler.scale(spec)
        if found:
            return articles.price(article, resources.prices, scale), (article,), ()
        low, high = scaled_bounds(spec, scale)
        return numbers.uniform(low or 1, high if high is not None else (low or 1) * 3, scale), (), _VALUE
    if not found and path in compiler.limits.touched:
        return _text(compiler, path, spec, level)
    if part == "sku" and level == ROOT:
        words = resources.article_words("sku")
        return articles.unique_sku(article, words, len(shelf.order)), (article,), ()
    return articles.word(article, resources.article_words(part)), (article,), ()


def _review(compiler: "Compiler", path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    if path in compiler.limits.touched and limited(spec):
        return _text(compiler, path, spec, level)
    resources = compiler.resources
    if hint["part"] == "title":
        return reviews.title("rating", resources.reviews), ("rating",), _VALUE
    rows = compiler.add("product_id#row", level, _referred, (), _VALUE)
    plan = resources.plan_of("product").cone(["#article"])

    def article_at(frame: Frame, at: Any) -> Column:
        return plan.column("#article", at, seed=frame.seed, as_of=frame.as_of)

    things = reviews.thing_of(article_at, rows, resources.articles.things)
    return reviews.body("rating", things, resources.reviews), ("rating", rows), _VALUE


def _referred(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
    return Numbers(ids.referred_rows(hashes[0]))


def _reference(compiler: "Compiler", path: str, spec: Field, level: str) -> Found:
    entity, _, target = str(spec.reference).partition(".")
    plan = compiler.resources.plan_of(entity).cone([target])
    rows = compiler.add(path + "#row", level, _referred, (), _VALUE)

    def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        referred = frame.columns[rows]
        assert isinstance(referred, Numbers)
        return plan.column(target, referred.values, seed=frame.seed, as_of=frame.as_of)

    return make, (rows,), ()


# -- texts --------------------------------------------------------------------------------------------------------


def _digits(compiler: "Compiler", path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    if path in compiler.limits.touched:
        return _text(compiler, path, spec, level)
    return ids.digits(int(hint["length"])), (), _VALUE


def _text(compiler: "Compiler", path: str, spec: Field, level: str) -> Found:
    if spec.values is not None:
        return choices.weighted(spec.values, None), (), _VALUE
    if is_pattern(spec.format) and not (path in compiler.limits.touched and spec.regex is not None):
        return _pattern(compiler, path, spec, level)
    if spec.regex is not None:
        return _matching(compiler, path, spec, spec.regex)
    if spec.type is FieldType.UUID or spec.format == "uuid":
        return ids.uuid(), (), ("high", "low")
    if (spec.type is FieldType.EMAIL or spec.format == "email") and not limited(spec):
        return _person(compiler, path, spec, level, {"part": "email"})
    if (spec.type is FieldType.PHONE or spec.format == "phone") and not limited(spec):
        return _place_part(compiler, path, spec, level, {"part": "phone"})
    if spec.type is FieldType.ADDRESS and not limited(spec):
        return _place_part(compiler, path, spec, level, {"part": "street"})
    return _pooled(compiler, path, spec, NAMED_POOLS.get(spec.name, DEFAULT_POOL))


def _pooled(compiler: "Compiler", path: str, spec: Field, provider: str) -> Found:
    words = compiler.resources.pool_words(provider)
    if limited(spec):
        test = accepts(spec)
        kept = [text for text in words.texts if test(text)]
        if not kept:
            pattern = spec.regex if spec.regex is not None else "[A-Za-z]+"
            return _matching(compiler, path, spec, pattern)
        words = Words(kept)
    if spec.unique:
        _room(compiler, path, len(words))
        return texts.pooled_unique(words, _key(compiler, path)), (), ()
    return texts.pooled(words), (), _VALUE


def _matching(compiler: "Compiler", path: str, spec: Field, pattern: str) -> Found:
    try:
        sampler = RegexSampler(pattern, min_length=spec.min_length or 0, max_length=spec.max_length)
    except RegexFault as fault:
        compiler.fault(path, fault.reason, str(fault))
        return None
    if spec.unique:
        _room(compiler, path, sampler.space)
        return texts.matching_unique(sampler, _key(compiler, path)), (), ()
    return texts.matching(sampler), (), _VALUE


def _pattern(compiler: "Compiler", path: str, spec: Field, level: str) -> Found:
    try:
        pattern = parse_pattern(str(spec.format))
    except PatternFault as fault:
        compiler.fault(path, "INVALID_FORMAT", str(fault))
        return None
    dated = None
    if {"year", "month", "day"} & set(pattern.tokens) and level == ROOT:
        dated = "created_at" if "created_at" in compiler.limits.fields else None
    if spec.unique:
        _room(compiler, path, pattern.space if level == ROOT else pattern.space // ids.CHILD_SPACE)
    return ids.by_pattern(pattern, _key(compiler, path), dated), (dated,) if dated else (), ()


_BY_HINT: dict[str, Callable[..., Found]] = {
    "choice": _choice,
    "shaped": _shaped,
    "tax": _tax,
    "boolean": _boolean,
    "first_true": _first_true,
    "ago": _ago,
    "after": _after,
    "place": _place_part,
    "person": _person,
    "article": _article_part,
    "review": _review,
    "digits": _digits,
}
