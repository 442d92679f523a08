"""Motif files"""

import contextlib
import gzip
import os

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from motifcnn.core.errors import UserError
from motifcnn.motifs.jaspar import read_counts, read_database
from motifcnn.motifs.matrix_ids import names_in, widths_in
from motifcnn.motifs.meme import read_background, read_meme
from toys.refusals import refused

from .promises import promise

MEME = "MEME version 4\n\nALPHABET= ACGT\n\nMOTIF a\nletter-probability matrix: alength= 4 w= 2 nsites= 20\n"
ROWS = "0.25 0.25 0.25 0.25\n1 0 0 0\n"
COUNTS = ">MA1.1 a\nA [ 1 2 ]\nC [ 3 4 ]\nG [ 5 6 ]\nT [ 7 8 ]\n"
QUIETLY = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


def test_the_whole_files_are_good(tmp_path):
    for content, width in ((MEME + ROWS, 2), (COUNTS, 2)):
        path = tmp_path / "motifs"
        path.write_text(content)
        assert [motif.width for motif in read_database(path)] == [width]
        assert list(widths_in(path).values()) == [width]


@promise(
    "a MEME file that is none, or is damaged",
    "one sentence with the motif or the line",
    {
        "empty": ("", "is empty; give a MEME"),
        "binary": ("MEME version 4\0", "is not text; give a MEME"),
        "only a heading": ("MEME version 4\n", "holds no motifs; it needs at least one MOTIF"),
        "no version": (MEME[15:] + ROWS, "is not a motif database"),
        "protein": (
            MEME.replace("ACGT", "ACDEFGHIKLMNPQRSTVWY") + ROWS,
            "is about the alphabet 'ACDEFGHIKLMNPQRSTVWY'",
        ),
        "RNA": (MEME.replace("ACGT", "ACGU") + ROWS, "is about the alphabet 'ACGU'"),
        "cut within a matrix": (MEME + ROWS[:20], "has 1 rows but w= 2; the file seems to be cut short"),
        "cut before a matrix": (
            MEME.partition("letter")[0],
            "ends before the matrix of motif a; it seems to be cut",
        ),
        "no rows": (MEME.replace("w= 2", ""), "has a matrix without rows; the file seems to be cut short"),
        "three values": (MEME + "1 0 0\n1 0 0 0\n", "line 7, motif a, has 3 values; write four, for ACGT"),
        "text in a row": (
            MEME + "1 0 0 x\n1 0 0 0\n",
            "line 7, motif a, has 'x'; write a number that is not",
        ),
        "a negative value": (
            MEME + "2 -1 0 0\n1 0 0 0\n",
            "line 7, motif a, has '-1'; write a number that is not",
        ),
        "NaN": (MEME + "nan 0 0 1\n1 0 0 0\n", "line 7, motif a, has 'nan'; write a number that is not"),
        "infinity": (MEME + "inf 0 0 1\n1 0 0 0\n", "line 7, motif a, has 'inf'; write a number that is not"),
        "a sum of 1.5": (MEME + "0.5 0.5 0.5 0\n1 0 0 0\n", "probabilities that sum to 1.5 at position 1"),
        "zeros": (MEME + "0 0 0 0\n1 0 0 0\n", "probabilities that sum to 0 at position 1"),
        "w= 10^30": (
            MEME.replace("w= 2", "w= 1" + "0" * 30) + ROWS,
            "has 2 rows but w= 1e+30; the file seems",
        ),
        "w= -1": (MEME.replace("w= 2", "w= -1") + ROWS, "w= has '-1'; write a number that is not negative"),
        "w= 0": (MEME.replace("w= 2", "w= 0") + ROWS, "has w= 0; write its number of positions, at least 1"),
        "20 letters": (
            MEME.replace("alength= 4", "alength= 20") + ROWS,
            "has 20 letters (alength=); give DNA motifs",
        ),
        "a row too many": (MEME + ROWS + ROWS, "continues motif a after its last row; correct its w="),
        "one id twice": (
            MEME + ROWS + MEME[31:] + "1 0 0 0\n" * 2,
            "has two different motifs called a; give each its",
        ),
        "no id": (
            MEME.replace("MOTIF a", "MOTIF") + ROWS,
            "line 5, is a MOTIF without an id; write 'MOTIF id name'",
        ),
        "a matrix before its heading": (
            (MEME + ROWS).replace("MOTIF a\n", ""),
            "line 5, has a matrix before its MOTIF line; add 'MOTIF id'",
        ),
        "a second matrix": (MEME + ROWS + MEME[39:] + ROWS, "line 10, has a matrix before its MOTIF line"),
        "five values": (MEME + "1 0 0 0 0\n1 0 0 0\n", "line 7, motif a, has 5 values; write four, for ACGT"),
        "decimal commas": (
            MEME + "0,25 0,25 0,25 0,25\n1 0 0 0\n",
            "line 7, motif a, has '0,25'; write a numb",
        ),
        "fractions": (MEME + "1/4 1/4 1/4 1/4\n1 0 0 0\n", "line 7, motif a, has '1/4'; write a number that"),
        "hexadecimals": (MEME + "0x1 0 0 0\n1 0 0 0\n", "line 7, motif a, has '0x1'; write a number that is"),
        "a minus of typesetters": (MEME + "−1 1 1 0\n1 0 0 0\n", "line 7, motif a, has '−1'; write a number"),
        "percentages": (MEME + "25 25 25 25\n100 0 0 0\n", "has probabilities that sum to 100 at position 1"),
        "counts": (MEME + "5 5 5 5\n20 0 0 0\n", "motif a, has probabilities that sum to 20 at position 1"),
        "a letter less": (
            MEME + "0.25 0.25 0.25 0.22\n1 0 0 0\n",
            "probabilities that sum to 0.97 at position 1",
        ),
        "w= in words": (
            MEME.replace("w= 2", "w= two") + ROWS,
            "motif a, w= has 'two'; write a number that is",
        ),
        "w= 1.5": (MEME.replace("w= 2", "w= 1.5") + ROWS, "has w= 1.5; write its number of positions, at"),
        "negative sites": (MEME.replace("= 20", "= -3") + ROWS, "motif a, nsites= has '-3'; write a number"),
        "NaN sites": (MEME.replace("= 20", "= nan") + ROWS, "motif a, nsites= has 'nan'; write a number"),
        "letters in words": (
            MEME.replace("alength= 4", "alength= x") + ROWS,
            "motif a, alength= has 'x'; write",
        ),
        "another order of letters": (
            MEME.replace("ACGT", "TGCA") + ROWS,
            "is about the alphabet 'TGCA'; Tomtom",
        ),
        "scores alone": (
            (MEME + ROWS).replace("letter-probability", "log-odds"),
            "ends before the matrix of motif",
        ),
        "a second motif cut": (
            MEME + ROWS + "MOTIF b\n",
            "ends before the matrix of motif b; it seems to be",
        ),
        "a second motif wrong": (
            MEME + ROWS + MEME[31:].replace("MOTIF a", "MOTIF b") + "1 1 0 0\n1 0 0 0\n",
            "motif b, has probabilities that sum to 2 at position 1",
        ),
    },
)
def test_meme(case, tmp_path):
    content, sentence = case
    path = tmp_path / "motifs.meme"
    path.write_text(content)
    with refused(sentence, start=str(path)):
        read_database(path)


@promise(
    "a JASPAR file that is none, or is damaged",
    "one sentence with the motif or the line",
    {
        "a web page": ("<html>", "is not a motif database; give MEME format, JASPAR counts"),
        "a control character": (">MA1.1 a\x1f", "line 1, has the character '\\x1f', which no page can show"),
        "only an id": (">MA1.1", "motif MA1.1, has 0 rows; it must have four, A C G T"),
        "three rows": (COUNTS.rpartition("T")[0], "motif MA1.1, has 3 rows; it must have four, A C G T"),
        "no id": (COUNTS.replace("MA1.1 a", ""), "line 1, is a '>' without an id; write '>id name'"),
        "rows in another order": (COUNTS.replace("C [", "X ["), "is a row 'X' in place of C; the rows must be A, C, G"),
        "cut within a row": (COUNTS.replace("3 4 ]", "3"), "has only one bracket and seems to be cut short"),
        "rows of different lengths": (COUNTS.replace("3 4", "3"), "has rows of 2, 1, 2, 2 numbers; all four must have"),
        "empty rows": (">a\nA []\nC []\nG []\nT []\n", "has rows of 0, 0, 0, 0 numbers; all four must have the same"),
        "text in a row": (COUNTS.replace("3 4", "3 x"), "line 3, motif MA1.1, has 'x'; write a number that is not"),
        "an underscore": (COUNTS.replace("3 4", "3 1_0"), "has '1_0'; write a number that is not negative"),
        "10^400": (COUNTS.replace("3 4", "3 1e400"), "has '1e400'; write a number that is not negative"),
        "a column of zeros": (
            ">a\nA [ 9 0 ]\nC [ 3 0 ]\nG [ 5 0 ]\nT [ 7 0 ]\n", "has no counts at position 2; remove that column"
        ),
        "one id twice": (COUNTS + COUNTS.replace("1 2", "9 9"), "has two different motifs called MA1.1; give each its"),
        "a fifth row": (COUNTS + "N [ 1 2 ]\n", "motif MA1.1, has 5 rows; it must have four, A C G T"),
        "rows of RNA": (COUNTS.replace("T [", "U ["), "line 5, motif MA1.1, is a row 'U' in place of T; the rows must"),
        "a negative count": (COUNTS.replace("3 4", "3 -4"), "line 3, motif MA1.1, has '-4'; write a number that is no"),
        "NaN": (COUNTS.replace("3 4", "3 nan"), "line 3, motif MA1.1, has 'nan'; write a number that is not"),
        "commas": (COUNTS.replace("3 4", "3,4"), "line 3, motif MA1.1, has '3,4'; write a number that is not negative"),
        "probabilities that miss 1": (
            ">a\nA [ 0.5 ]\nC [ 0.5 ]\nG [ 0.5 ]\nT [ 0.4 ]\n", "has probabilities that sum to 1.9 at position 1"
        ),
        "a second motif cut": (COUNTS + ">b\nA [ 1 ]\n", "motif b, has 1 rows; it must have four, A C G T"),
        "two ids in a row": (">b\n" + COUNTS, "motif b, has 0 rows; it must have four, A C G T"),
        "a position per row": (">a\n1 2 3 4\n1 2 3 4\n", "motif a, has 2 rows; it must have four, A C G T"),
        "sequences": (">a\nACGTACGT\n", "motif a, has 1 rows; it must have four, A C G T"),
        "comments alone": ("# x\n# y\n", "is not a motif database; give MEME format, JASPAR counts"),
        "TRANSFAC": ("AC M1\nXX\nID a\nP0 A C G T\n01 1 2 3 4\n", "is not a motif database; give MEME format, JASPAR"),
        "JSON": ('{"a": [1]}', "is not a motif database; give MEME format, JASPAR counts"),
    },
)  # fmt: skip
def test_jaspar(case, tmp_path):
    content, sentence = case
    path = tmp_path / "motifs.txt"
    path.write_text(content, encoding="utf-8")
    with refused(sentence, start=str(path)):
        read_database(path)


BACKGROUND = "MEME version 4\nBackground letter frequencies\n"


@promise(
    "a background that is none",
    "one sentence with the line",
    {
        "cut short": (BACKGROUND, "is not of the form 'A 0.25 C 0.25 G 0.25 T 0.25'; write it in this form"),
        "cut within": (BACKGROUND + "A 0.25 C 0.25 G\n", "is not of the form 'A 0.25 C 0.25 G 0.25 T 0.25'"),
        "another order": (BACKGROUND + "A 0.25 G 0.25 C 0.25 T 0.25\n", "is not of the form 'A 0.25 C 0.25"),
        "of RNA": (BACKGROUND + "A 0.25 C 0.25 G 0.25 U 0.25\n", "is not of the form 'A 0.25 C 0.25 G 0.25"),
        "a sum of two": (
            BACKGROUND + "A 0.5 C 0.5 G 0.5 T 0.5\n",
            "probabilities that sum to 2 at position 1",
        ),
        "a negative value": (BACKGROUND + "A -0.5 C 0.5 G 0.5 T 0.5\n", "has '-0.5'; write a number that is"),
        "text": (BACKGROUND + "A x C 0.25 G 0.25 T 0.25\n", "has 'x'; write a number that is not negative"),
        "zeros": (BACKGROUND + "A 0 C 0 G 0 T 0\n", "has probabilities that sum to 0 at position 1"),
    },
)
def test_backgrounds(case, tmp_path):
    content, sentence = case
    path = tmp_path / "motifs.meme"
    path.write_text(content)
    with refused(sentence, start=f"{path}, the background after line 2, "):
        read_background(path)


@promise(
    "another file in place of motifs",
    "one sentence, without waiting",
    {
        "gzip": lambda path: path.write_bytes(gzip.compress(MEME.encode())),
        "zip": lambda path: path.write_bytes(b"PK\x03\x04" + bytes(20)),
        "PDF": lambda path: path.write_bytes(b"%PDF-1.4\n%\xe2\xe3"),
        "UTF-16": lambda path: path.write_bytes(MEME.encode("utf-16")),
        "Latin-1": lambda path: path.write_bytes((MEME + "\xe9").encode("latin-1")),
    },
)
def test_other_files(case, tmp_path):
    path = tmp_path / "motifs.meme"
    case(path)
    with refused(f"{path} is not text; give a MEME or JASPAR file (unpacked, if it was compressed)"):
        read_database(path)


def test_a_character_that_no_drawing_can_hold(tmp_path):
    path = tmp_path / "motifs.meme"
    path.write_text(MEME.replace("MOTIF a", "MOTIF \a"))
    with refused(f"{path}, line 5, has the character '\\x07', which no page can show; remove it"):
        read_database(path)


@promise(
    "a named pipe or a folder as motifs",
    "one sentence, without waiting",
    {
        "pipe": (os.mkfifo, "is a named pipe, which cannot be read twice"),
        "folder": (os.mkdir, "Is a directory"),
    },
)
def test_motifs_that_are_no_ordinary_file(case, tmp_path):
    make, sentence = case
    path = tmp_path / "motifs.meme"
    make(path)
    with refused(f"{path} ", sentence, "give the path of a MEME or JASPAR file"):
        read_database(path)


def accepts(path, content: bytes) -> None:
    """Read a file in every way that there is; whatever comes must be motifs."""
    path.write_bytes(content)
    names_in(path)
    widths_in(path)
    for read in (read_database, read_meme, read_counts):
        with contextlib.suppress(UserError):
            for motif in read(path):
                assert np.allclose(motif.probabilities.sum(axis=1), 1, atol=1e-4)
    with contextlib.suppress(UserError):
        read_background(path)


PIECES = [
    "MEME version 4", "ALPHABET= ACGT", "MOTIF", "MOTIF a", "letter-probability matrix:", "w= 2", "w= 9", "nsites= 0",
    "alength= 4", "0.25 0.25 0.25 0.25", "1 0 0 0", "nan", "-1", "1e308 1e308 0 0", ">a", "> b c", "A [ 1 2 ]",
    "C [ 1 ]", "G 1 2", "T | 3 4", "[", "]", "#", "Background letter frequencies", "A 0.5 C 0 G 0.5 T 0", "URL x", "--",
    " ", "\t", "\0", "\x85", "\u2028", "\ufeff",
]  # fmt: skip


@promise(
    "any bytes, and random pieces of MEME and JASPAR files", "motifs or a `UserError`, nothing else", 300
)
def test_any_motif_file(tmp_path):
    path = tmp_path / "motifs.txt"

    @settings(max_examples=100, **QUIETLY)
    @given(st.binary(max_size=60))
    def any_bytes(content):
        accepts(path, content)

    @settings(max_examples=200, **QUIETLY)
    @given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(["\n", " "]))
    def any_pieces(pieces, joint):
        accepts(path, joint.join(pieces).encode())

    any_bytes()
    any_pieces()


@promise("a good motif file with characters changed at random", "motifs or a `UserError`, nothing else", 200)
def test_a_changed_motif_file(tmp_path):
    path = tmp_path / "motifs.txt"
    for seed in range(100):
        rng = np.random.default_rng(seed)
        for whole in (MEME + ROWS, COUNTS):
            content = bytearray(whole.encode())
            for place in rng.integers(0, len(content), 3):
                content[place] = rng.integers(1, 256)
            accepts(path, bytes(content))
