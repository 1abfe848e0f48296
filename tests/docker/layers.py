"""What an image of ours weighs in a registry, without the base that it stands on."""

import json
import subprocess
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

#: The first step that is ours in both Dockerfiles.
_FIRST_STEP = "groupadd --gid 10001 testdata"
_BLOCK_BYTES = 1 << 20


def compressed_bytes(image: str, folder: Path) -> int:
    """Bytes of its own layers, packed as registries keep them; `folder` is for files of a moment."""
    packed = folder / "image.tar"
    subprocess.run(["docker", "save", "--output", str(packed), image], check=True)
    with tarfile.open(packed) as archive:
        layers = _layers(archive)
        own = layers[-_own_layers(image) :]
        return sum(_packed(archive, name) for name in own)


def _own_layers(image: str) -> int:
    """How many of its layers came after the base: those of the history that hold anything."""
    shown = ["docker", "history", "--no-trunc", "--human=false", "--format", "{{.Size}}\t{{.CreatedBy}}", image]
    lines = subprocess.run(shown, capture_output=True, text=True, check=True).stdout.splitlines()
    steps = [(int(size), step) for size, step in (line.split("\t", 1) for line in lines)]
    (first,) = [number for number, (_, step) in enumerate(steps) if _FIRST_STEP in step]
    return sum(size > 0 for size, _ in steps[: first + 1])


def _layers(archive: tarfile.TarFile) -> list[str]:
    manifest = archive.extractfile("manifest.json")
    assert manifest is not None
    (entry,) = json.load(manifest)
    return [str(name) for name in entry["Layers"]]


def _packed(archive: tarfile.TarFile, name: str) -> int:
    packer = zlib.compressobj(6, wbits=31)
    return sum(len(packer.compress(block)) for block in _blocks(archive, name)) + len(packer.flush())


def _blocks(archive: tarfile.TarFile, name: str) -> Iterator[bytes]:
    layer = archive.extractfile(name)
    assert layer is not None
    while block := layer.read(_BLOCK_BYTES):
        yield block
