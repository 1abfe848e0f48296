"""What an object is of which no name says it: told by what stands in it."""

from collections.abc import Iterable, Mapping
from typing import Final

from testdata_agent.engine.semantics.reading import Reading

#: By noun: meanings of which one is enough to tell it. The first noun that is told counts.
_TELLS: Final[Mapping[str, frozenset[str]]] = {
    "company": frozenset({"industry", "employee_count", "founded_year", "legal_form", "ticker", "market_cap"}),
    "employee": frozenset(
        {"hire_date", "termination_date", "salary", "hourly_rate", "job_title", "hours_worked", "vacation_days"}
    ),
    "patient": frozenset({"blood_type", "medical_record_number", "diagnosis", "insurance_number", "smoker_status"}),
    "student": frozenset({"gpa", "enrollment_status", "grade_level"}),
    "person": frozenset(
        {"birth_date", "age", "gender", "pronouns", "salutation", "marital_status", "nationality", "ethnicity", "bio"}
        | {"ssn", "national_id", "passport_number", "driver_license", "education_level", "hobby", "username"}
        | {"nickname", "avatar", "password_hash", "loyalty_tier", "loyalty_points", "years_of_experience"}
    ),
}
#: Meanings that tell a product where there is one of both sides.
_PRICED: Final = frozenset({"price", "compare_price", "cost_price"})
_TRADED: Final = frozenset({"brand", "stock_quantity", "reorder_level", "sku", "ean", "upc", "product_category"})
#: `contact_email` is somebody else's.
_EMAILS: Final = frozenset({("email",), ("email", "address"), ("e", "mail"), ("mail",)})
_CATEGORIES: Final = frozenset({("category",), ("product", "category")})
#: Whoever has both, and nothing that tells more, is a company.
_ON_THE_WEB: Final = frozenset({"website", "domain_name"})
_REACHED: Final = frozenset({"email", "phone"})
#: What a web page or an advertisement of jobs has: whoever else has an e-mail address is a person.
_NO_PERSON: Final = frozenset({"website", "url", "domain_name", "price", "openings", "min_salary", "max_salary"})


def told(readings: Iterable[Reading]) -> tuple[str, str] | None:
    """The noun for an object with these fields, and the path of the field that tells it; None: nothing does.

    Fields with a word of their own before the meaning (`contact_email`) are somebody else's.
    """
    readings = list(readings)
    own = {r.meaning.name: r.path for r in readings if r.meaning is not None and not r.prefix and not r.leaf.element}
    if "openings" not in own:
        for noun, tells in _TELLS.items():
            found = next((own[name] for name in own if name in tells), None)
            if found is not None:
                return noun, found
    priced, traded = ([own[name] for name in own if name in names] for names in (_PRICED, _TRADED))
    if priced and (traded or any(r.leaf.words in _CATEGORIES for r in readings)):
        return "product", priced[0]
    website = next((own[name] for name in own if name in _ON_THE_WEB), None)
    if website is not None and not own.keys().isdisjoint(_REACHED):
        return "company", website
    email = next((r.path for r in readings if r.leaf.words in _EMAILS), None)
    return ("person", email) if email is not None and own.keys().isdisjoint(_NO_PERSON) else None
