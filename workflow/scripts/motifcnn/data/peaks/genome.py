"""A genome as a FASTA file, plain or bgzipped, read a chromosome at a time."""

import bisect
import contextlib
import gzip
import os
import re
import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pysam

from ...core.errors import UserError
from ...core.sequences import encode

# Letters fetched at a time: a whole human chromosome as text would double the memory.
_PIECE = 2**24
# Bytes in which the header of a sequence is looked for.
_HEADER = 2**16
# U of RNA is read as T; all but A, C, G and T as N.
_CODES = encode(bytes(range(256)).translate(bytes.maketrans(b"Uu", b"Tt"))).tobytes()
# What stands for nucleotides (IUPAC, 1984) or masked ones (X), and for gaps and unknown ones in consensus sequences.
_LETTERS = b"ACGTURYSWKMBDHVNXacgturyswkmbdhvnx-.*?~"


@dataclass(frozen=True)
class Genome:
    """An open FASTA file; made by `open_genome`.

    Attributes
    ----------
    path
        The file.
    lengths
        Length of every sequence, nt, by name and in file order.
    """

    path: Path
    lengths: dict[str, int]
    _fasta: pysam.FastaFile

    def codes(self, name: str, begin: int = 0, end: int | None = None) -> np.ndarray:
        """Return a sequence, or what of it lies from `begin` to before `end`, which is on it, as codes.

        The codes are those of `motifcnn.core.sequences`, uint8 (length,); soft-masked letters count.

        Raises
        ------
        UserError
            The file does not hold what its index says, or has characters that stand for no nucleotide.
        """
        end = self.lengths[name] if end is None else end
        codes = np.empty(end - begin, np.uint8)
        for low in range(begin, end, _PIECE):
            high = min(end, low + _PIECE)
            try:
                letters = self._fasta.fetch(name, low, high).encode("ascii", "replace")
            except (OSError, ValueError) as error:
                raise _damaged(self.path, name) from error
            if len(letters) != high - low:
                raise _damaged(self.path, name)
            if others := letters.translate(None, _LETTERS):
                place = f"{name}:{low + letters.index(others[0]) + 1:,}"
                raise UserError(
                    f"{self.path} has the character {chr(others[0])!r} at {place}, which stands for no nucleotide; "
                    "give DNA sequences"
                )
            codes[low - begin : high - begin] = np.frombuffer(letters.translate(_CODES), np.uint8)
        return codes


@contextlib.contextmanager
def open_genome(path: str | os.PathLike) -> Iterator[Genome]:
    """Open a FASTA file.

    The file is plain or compressed with bgzip. An index beside it (.fai, and .gzi of a bgzipped one) is
    used if it is not older than the file. Otherwise a temporary one is made: nothing is written into the
    user's folder.

    Raises
    ------
    UserError
        The file is missing, gzipped but not bgzipped, not FASTA, or damaged.
    """
    path = Path(path)
    compressed = _is_bgzipped(path)
    with tempfile.TemporaryDirectory() as folder, quiet():
        index = _index(path, compressed, Path(folder))
        _check_headers(path, index, compressed)
        try:
            options = {"filepath_index": f"{index}.fai"}
            if compressed:
                options["filepath_index_compressed"] = f"{index}.gzi"
            fasta = pysam.FastaFile(str(path), **options)
        except (OSError, ValueError) as error:
            raise _not_fasta(path) from error
        with fasta:
            if not fasta.nreferences:
                raise _not_fasta(path)
            yield Genome(path, dict(zip(fasta.references, fasta.lengths, strict=True)), fasta)


def is_indexed(path: Path) -> bool:
    """Tell whether a FASTA file has an index beside it, so that it opens at once.

    Raises
    ------
    UserError
        The file cannot be read, or is gzipped but not bgzipped.
    """
    return _has_index(path, _is_bgzipped(path))


def _has_index(path: Path, compressed: bool) -> bool:
    """Tell whether an index that is not older lies beside a FASTA file, two for one compressed with bgzip."""
    made = path.stat().st_mtime
    suffixes = (".fai", ".gzi") if compressed else (".fai",)
    beside = [path.with_name(path.name + suffix) for suffix in suffixes]
    return all(file.is_file() and file.stat().st_mtime >= made for file in beside)


def _is_bgzipped(path: Path) -> bool:
    """Tell plain from bgzipped; refuse what gzip alone made, which allows no random access."""
    try:
        with path.open("rb") as file:
            start = file.read(18)
    except OSError as error:
        raise UserError(f"cannot read the genome {path}: {error.strerror}") from None
    if not start.startswith(b"\x1f\x8b"):
        return False
    # A block of bgzip is a gzip member with an extra field BC: SAM specification, section 4.1.
    if len(start) == 18 and start[3] & 4 and start[12:14] == b"BC":
        return True
    raise UserError(
        f"the genome {path} is compressed with gzip, which cannot be read at random; unpack it with gunzip, "
        f"or repack it: gunzip -c {path} | bgzip > genome.fa.gz"
    )


def _index(path: Path, compressed: bool, folder: Path) -> Path:
    """Return the path of the index without its suffixes; make one in `folder` where none can be used."""
    if _has_index(path, compressed):
        return path
    index = folder / "genome"
    options = ["--fai-idx", f"{index}.fai"] + (["--gzi-idx", f"{index}.gzi"] if compressed else [])
    try:
        pysam.faidx(*options, str(path))
    except pysam.SamtoolsError as error:
        raise _not_fasta(path) from error
    return index


def _check_headers(path: Path, index: Path, compressed: bool) -> None:
    """Refuse a file with two sequences of one name, of which an index silently leaves out the second, and FASTQ.

    Right before each sequence of the index there must be its header, and none of another sequence of the index.
    """
    rows = [line.split("\t") for line in Path(f"{index}.fai").read_text(errors="replace").splitlines()]
    names = [row[0] for row in rows]
    try:
        entries = [tuple(map(int, row[1:5])) for row in rows]
        ends = [
            offset + (length // bases * width + length % bases if bases else 0)
            for length, offset, bases, width in entries
        ]
        starts = [offset for _, offset, _, _ in entries]
        with _Letters(path, f"{index}.gzi" if compressed else None) as letters:
            for end, expected, start in zip([0, *ends], [*names, None], [*starts, None], strict=True):
                gap = _HEADER if start is None else min(_HEADER, max(0, start - end))
                for name, begin in _headers(letters.read(end, gap), end):
                    if name in names and name != expected and begin not in starts:
                        raise UserError(
                            f"the genome {path} has the sequence '{name}' twice; rename or remove one"
                        )
                if start is None:
                    continue
                near = max(end, start - _HEADER)
                if (expected, start) not in _headers(letters.read(near, max(0, start - near)), near)[-1:]:
                    raise _damaged(path, expected) if end else _not_fasta(path)
    except (OSError, EOFError, ValueError, zlib.error, struct.error):
        raise _damaged(path, "its headers") from None


def _headers(text: bytes, place: int) -> list[tuple[str, int]]:
    """Return the name of each header in a text, which begins at `place` of the file, and where its sequence begins."""
    found = re.finditer(rb"^>[ \t]*(\S*)[^\n]*\n?", text, re.MULTILINE)
    return [(header[1].decode(errors="replace"), place + header.end()) for header in found]


class _Letters:
    """The text of a FASTA file, read anywhere; `gzi` is the index of a bgzipped one."""

    def __init__(self, path: Path, gzi: str | None):
        self._file, self._blocks = path.open("rb"), None
        if gzi is not None:
            # A number of blocks, and for each but the first where it lies in the file and in the text.
            self._blocks = [(0, 0), *struct.iter_unpack("<QQ", Path(gzi).read_bytes()[8:])]

    def __enter__(self) -> "_Letters":
        return self

    def __exit__(self, *_) -> None:
        self._file.close()

    def read(self, start: int, size: int) -> bytes:
        """Return up to `size` bytes from `start`."""
        if self._blocks is None:
            self._file.seek(start)
            return self._file.read(size)
        place, before = self._blocks[bisect.bisect(self._blocks, start, key=lambda block: block[1]) - 1]
        self._file.seek(place)
        with gzip.GzipFile(fileobj=self._file) as text:
            text.read(start - before)
            return text.read(size)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep htslib from printing beside our own sentences."""
    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)


def _not_fasta(path: Path) -> UserError:
    return UserError(
        f"the genome {path} cannot be read as FASTA; it needs '>name' lines, each followed by lines of letters "
        "of one length (the last may be shorter), and must be whole"
    )


def _damaged(path: Path, name: str) -> UserError:
    return UserError(
        f"the genome {path} is cut short or does not fit its index, seen at {name}; "
        f"delete {path}.fai (and .gzi) or get the file again"
    )
