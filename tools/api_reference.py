"""Writes docs/api.md out of `protos/` and the error catalogue, or checks that it is what they give."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

from gateway.errors.catalog import CATALOG, DOMAIN, Status

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
PAGE = ROOT / "docs" / "api.md"
PACKAGE: Final = "testdata.v1"

_INTRODUCTION: Final = f"""# API reference

Made out of [protos/](../protos/testdata_agent/v1) and the gateway's error catalogue by `make protos`. All services are
of the package `{PACKAGE}`. Fields that are not set have the value that their comment names, else the empty one of their
type. `optional` fields can be told from those that hold 0 or false.

"""
_ERRORS: Final = f"""## Errors

A refusal is a gRPC status with `google.rpc.ErrorInfo` (`domain` `{DOMAIN}`, `reason` one of these) and, for a fault of
the request, `google.rpc.BadRequest` with one violation for every fault. Reasons are added, never renamed.

"""
#: Numbers of descriptor.proto, by which paths of comments are made.
_MESSAGES, _ENUMS, _SERVICES = 4, 5, 6
_FIELDS, _NESTED, _ENUMS_WITHIN, _VALUES, _METHODS = 2, 3, 4, 2, 2
_FILE_COMMENT: Final = (12,)
_SCALARS: Final = {number: name.removeprefix("TYPE_").lower() for name, number in FieldDescriptorProto.Type.items()}


@dataclass(frozen=True)
class Comments:
    """What a file says of its parts, by their place in it."""

    by_path: Mapping[tuple[int, ...], str]

    @classmethod
    def of(cls, file: FileDescriptorProto) -> "Comments":
        """The comments before each part, as one paragraph; before the first line, the file's own."""
        found = {tuple(one.path): " ".join(one.leading_comments.split()) for one in file.source_code_info.location}
        for one in file.source_code_info.location:
            if tuple(one.path) == _FILE_COMMENT and one.leading_detached_comments:
                found[_FILE_COMMENT] = "\n\n".join(
                    " ".join(each.split()) for each in one.leading_detached_comments[-1].split("\n\n")
                )
        return cls(found)

    def at(self, *path: int) -> str:
        """The comment of the part at this place; empty where it has none."""
        return self.by_path.get(path, "")


def contract() -> Sequence[FileDescriptorProto]:
    """The files of the contract, with their comments."""
    files = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("testdata_agent/v1/*.proto"))
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "contract"
        flags = ["--include_source_info", f"--descriptor_set_out={made}"]
        subprocess.run([sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}", *flags, *files], check=True)
        return FileDescriptorSet.FromString(made.read_bytes()).file


def page(files: Sequence[FileDescriptorProto]) -> str:
    """The whole document; the first contract's file goes first."""
    ordered = sorted(files, key=lambda file: (not file.name.endswith("testdata.proto"), file.name))
    known = {f".{PACKAGE}.{name}": name for file in ordered for name in _names(file)}
    contents = "".join(f"- [{service.name}](#{service.name.lower()})\n" for file in ordered for service in file.service)
    return "".join(
        [_INTRODUCTION, contents, "- [Errors](#errors)\n\n", *(_of_file(file, known) for file in ordered), _errors()]
    )


def _names(file: FileDescriptorProto) -> Iterator[str]:
    """What fields may refer to, by the names that they refer by."""
    yield from (enum.name for enum in file.enum_type)
    for message in file.message_type:
        yield message.name
        yield from (f"{message.name}.{enum.name}" for enum in message.enum_type)


def _of_file(file: FileDescriptorProto, known: Mapping[str, str]) -> str:
    comments = Comments.of(file)
    parts = [
        *(_service(service, comments, at, known) for at, service in enumerate(file.service)),
        *(_message(message, comments, at, known) for at, message in enumerate(file.message_type)),
        *(_enum(enum, enum.name, comments, (_ENUMS, at)) for at, enum in enumerate(file.enum_type)),
    ]
    return "".join(parts)


def _service(service: ServiceDescriptorProto, comments: Comments, at: int, known: Mapping[str, str]) -> str:
    methods = "".join(
        f"| `{method.name}` | {_signature(method, known)} | {_cell(comments.at(_SERVICES, at, _METHODS, number))} |\n"
        for number, method in enumerate(service.method)
    )
    about = comments.at(_SERVICES, at)
    return f"## {service.name}\n\n{about}\n\n| method | takes and gives | what it does |\n|---|---|---|\n{methods}\n"


def _signature(method: MethodDescriptorProto, known: Mapping[str, str]) -> str:
    takes = ("stream of " if method.client_streaming else "") + _link(method.input_type, known)
    gives = ("stream of " if method.server_streaming else "") + _link(method.output_type, known)
    return f"{takes} → {gives}"


def _message(message: DescriptorProto, comments: Comments, at: int, known: Mapping[str, str]) -> str:
    maps = {f".{PACKAGE}.{message.name}.{one.name}": one for one in message.nested_type if one.options.map_entry}
    fields = "".join(
        f"| {field.number} | `{field.name}` | {_type(field, maps, known)} | "
        f"{_cell(comments.at(_MESSAGES, at, _FIELDS, number))} |\n"
        for number, field in enumerate(message.field)
    )
    table = f"| number | field | type | meaning |\n|---|---|---|---|\n{fields}\n" if fields else ""
    enums = "".join(
        _enum(enum, f"{message.name}.{enum.name}", comments, (_MESSAGES, at, _ENUMS_WITHIN, number))
        for number, enum in enumerate(message.enum_type)
    )
    return f"### {message.name}\n\n{comments.at(_MESSAGES, at)}\n\n{table}{enums}"


def _enum(enum: EnumDescriptorProto, name: str, comments: Comments, path: tuple[int, ...]) -> str:
    values = "".join(
        f"| {value.number} | `{value.name}` | {_cell(comments.at(*path, _VALUES, number))} |\n"
        for number, value in enumerate(enum.value)
    )
    return f"### {name}\n\n{comments.at(*path)}\n\n| number | value | meaning |\n|---|---|---|\n{values}\n"


def _type(field: FieldDescriptorProto, maps: Mapping[str, DescriptorProto], known: Mapping[str, str]) -> str:
    if field.type_name in maps:
        key, value = maps[field.type_name].field
        return f"map of {_type(key, {}, known)} to {_type(value, {}, known)}"
    own = _link(field.type_name, known) if field.type_name else _SCALARS[field.type]
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return f"repeated {own}"
    return f"optional {own}" if field.proto3_optional else own


def _link(type_name: str, known: Mapping[str, str]) -> str:
    name = known.get(type_name)
    return f"[{name}](#{name.lower().replace('.', '')})" if name else f"`{type_name.removeprefix('.')}`"


def _errors() -> str:
    rows = "".join(
        f"| `{reason}` | {status.name} | {_cell(entry.text)} |\n"
        for status in Status
        for reason, entry in sorted(CATALOG.items())
        if entry.status is status
    )
    return f"{_ERRORS}| reason | status | meaning |\n|---|---|---|\n{rows}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where the page is out of date")
    wanted = page(contract())
    if not parser.parse_args().check:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == wanted:
        return 0
    print("docs/api.md is not what protos/ and the error catalogue give: run `make protos`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
