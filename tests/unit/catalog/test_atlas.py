"""Addresses of strangers: real ones are never called wrong, impossible ones are."""

import pytest

from testdata_agent.engine.catalog.atlas import agrees, region_code, states_of_area_code
from testdata_agent.engine.catalog.places import TABLES, load_places
from testdata_agent.engine.catalog.tables import table_lines

#: Public buildings and well-known streets, written as people write them.
REAL = [
    ("US", "Washington", "DC", "20500"),
    ("US", "Mountain View", "CA", "94043"),
    ("US", "Mountain View", "California", "94043-1351"),
    ("US", "Hollywood", "CA", "90028"),
    ("US", "La Jolla", "CA", "92037"),
    ("US", "Brooklyn", "NY", "11201"),
    ("US", "Manhattan", "NY", "10001"),
    ("US", "St. Louis", "MO", "63101"),
    ("US", "Saint Louis", "Missouri", "63101"),
    ("US", "Ft. Worth", "TX", "76102"),
    ("US", "SAN FRANCISCO", "ca", "94103"),
    ("US", "Miami", "FL", "33139"),
    ("US", "Fishers Island", "NY", "06390"),
    ("GB", "London", "England", "SW1A 2AA"),
    ("GB", "London", "Greater London", "EC4M 8AD"),
    ("GB", "London", "Greater London", "E20 2ST"),
    ("GB", "London", "Greater London", "TW9 3AB"),
    ("GB", "Bromley", "Kent", "BR1 1HA"),
    ("GB", "Wembley", "Greater London", "HA9 0WS"),
    ("GB", "manchester", "Greater Manchester", "m16 0ra"),
    ("GB", "Edinburgh", "Scotland", "EH1 2NG"),
    ("GB", "Edinburgh", "Midlothian", "EH8 8DX"),
    ("GB", "Oxford", "Oxfordshire", "OX13BG"),
    ("GB", "Wetherby", "West Yorkshire", "LS22 6RJ"),
    ("GB", "Llandudno", "Wales", "LL30 2LP"),
    ("GB", "Belfast", "Northern Ireland", "BT15 3GR"),
    ("DE", "Berlin", "Berlin", "11011"),
    ("DE", "Berlin", "Berlin", "10557"),
    ("DE", "München", "Bayern", "80331"),
    ("DE", "Munich", "Bavaria", "80331"),
    ("DE", "Muenchen", "Bayern", "80331"),
    ("DE", "Furth", "Bayern", "84095"),
    ("DE", "Frankfurt", "Hessen", "60311"),
    ("DE", "Köln", "NRW", "50667"),
    ("DE", "Bad Godesberg", "Nordrhein-Westfalen", "53173"),
    ("DE", "Wolfsburg", "Niedersachsen", "38440"),
    ("DE", "Schönefeld", "Brandenburg", "12529"),
    ("DE", "Kleinmachnow", "Brandenburg", "14532"),
    ("DE", "Wiesbaden", "Hessen", "55252"),
    ("DE", "Lindau (Bodensee)", "Bayern", "88131"),
    ("FR", "Paris", "Île-de-France", "75008"),
    ("FR", "PARIS", "Ile de France", "75116"),
    ("FR", "La Défense", "Île-de-France", "92400"),
    ("FR", "Lyon 3e", "Auvergne-Rhône-Alpes", "69003"),
    ("FR", "Marseille", "Provence-Alpes-Côte d’Azur", "13008"),
    ("FR", "Ajaccio", "Corse", "20000"),
    ("FR", "Mont-Saint-Michel", "Normandie", "50170"),
    ("FR", "St-Malo", "Bretagne", "35400"),
    ("FR", "Toulouse Cedex 6", "Occitanie", "31040"),
    ("ES", "Madrid", "Madrid", "28013"),
    ("ES", "Madrid", "Comunidad de Madrid", "28071"),
    ("ES", "Barcelona", "Cataluña", "08013"),
    ("ES", "Gijón", "Asturias", "33394"),
    ("ES", "Palma de Mallorca", "Islas Baleares", "07001"),
    ("ES", "Donostia-San Sebastián", "Guipúzcoa", "20003"),
    ("ES", "Sevilla", "Andalucía", "41004"),
    ("JP", "千代田区", "東京都", "100-8111"),
    ("JP", "千代田区", "東京都", "1000005"),
    ("JP", "Chiyoda-ku", "Tokyo", "100-0001"),
    ("JP", "大阪市北区", "大阪府", "530-0001"),
    ("JP", "京都市東山区", "京都府", "605-0862"),
    ("JP", "軽井沢町", "長野県", "389-0102"),
    ("CA", "Ottawa", "ON", "K1A 0A6"),
    ("CA", "Montreal", "Quebec", "H2X 1Y4"),
    ("CA", "Gatineau", "QC", "K1A 0M8"),
    ("IT", "Roma", "RM", "00184"),
    ("XX", "Nowhere", "Nowhere", "1"),
]

WRONG = [
    ("US", "Anchorage", "AK", "10003"),
    ("US", "New York", "CA", "94103"),
    ("US", "Chicago", "IL", "90210"),
    ("US", "Los Angeles", "California", "10001"),
    ("US", "Boston", "MA", "SW1A 1AA"),
    ("GB", "Manchester", "Scotland", "M1 1AE"),
    ("GB", "Glasgow", "Glasgow City", "M1 1AE"),
    ("GB", "Leeds", "West Yorkshire", "SW1A 1AA"),
    ("GB", "Cardiff", "Wales", "EH1 1YZ"),
    ("DE", "München", "Bayern", "20095"),
    ("DE", "Hamburg", "Hamburg", "80331"),
    ("DE", "München", "Bayern", "86150"),
    ("DE", "Dresden", "Saxony", "50667"),
    ("FR", "Lyon", "Auvergne-Rhône-Alpes", "75001"),
    ("FR", "Paris", "Île-de-France", "93200"),
    ("FR", "Nantes", "Bretagne", "44000"),
    ("ES", "Madrid", "Madrid", "08001"),
    ("ES", "Barcelona", "Cataluña", "28013"),
    ("JP", "千代田区", "東京都", "530-0001"),
    ("JP", "札幌市中央区", "北海道", "100-0001"),
    ("JP", "新宿区", "Tokyo", "980-0811"),
    ("CA", "Toronto", "ON", "V5Y 1V4"),
]


@pytest.mark.parametrize(("country", "city", "region", "postcode"), REAL)
def test_a_real_address_is_never_called_wrong(country: str, city: str, region: str, postcode: str) -> None:
    assert agrees(country, city, region, postcode) is not False


@pytest.mark.parametrize(("country", "city", "region", "postcode"), WRONG)
def test_an_impossible_address_is(country: str, city: str, region: str, postcode: str) -> None:
    assert agrees(country, city, region, postcode) is False


@pytest.mark.parametrize("locale", TABLES.values())
def test_every_place_of_a_table_agrees_with_itself(locale: str) -> None:
    table = load_places(locale)
    assert table is not None
    regions = {
        name for line in table_lines(f"places/{table.country.lower()}_regions.tsv") for name in line[0].split("/")
    }
    lines = list(zip(table.cities, table.regions, table.postcodes, strict=True))
    assert [line for line in lines if agrees(table.country, *line) is not True] == []
    # The slower way round, which strangers take, finds the same.
    shouted = [(city.upper(), region.upper(), code) for city, region, code in lines if region in regions]
    assert [line for line in shouted if agrees(table.country, *line) is not True] == []


@pytest.mark.parametrize(("locale", "cities", "lines"), [
    ("en_US", 4000, 9000), ("en_GB", 90, 2000), ("de_DE", 110, 1400), ("fr_FR", 3000, 4000), ("es_ES", 90, 800),
    ("ja_JP", 1500, 4500),
])  # fmt: skip
def test_tables_hold_many_places(locale: str, cities: int, lines: int) -> None:
    table = load_places(locale)
    assert table is not None
    places = list(zip(table.cities, table.regions, table.postcodes, strict=True))
    assert len(set(places)) == len(places) >= lines
    assert len({place[:2] for place in places}) >= cities


def test_a_region_is_known_by_its_names() -> None:
    assert (region_code("US", "california"), region_code("DE", "Bavaria")) == ("CA", "Bayern")
    assert region_code("US", "Bayern") == "Bayern"


def test_an_area_code_tells_its_state() -> None:
    assert states_of_area_code("907") == frozenset({"AK"})
    assert states_of_area_code("999") is None
