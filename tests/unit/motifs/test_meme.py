import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from motifcnn.core.errors import UserError
from motifcnn.motifs.jaspar import read_counts, read_database
from motifcnn.motifs.meme import UNIFORM, Motif, read_background, read_meme, write_meme
from motifcnn.motifs.ppm import to_ppm

MINIMAL = """MEME version 4

ALPHABET= ACGT

Background letter frequencies:
A 0.3000 C 0.1000 G 0.2000 T 0.4000

MOTIF one first
letter-probability matrix: alength= 4 w= 2 nsites= 12
0.7000 0.1000 0.1000 0.1000
0.0000 0.3333 0.3333 0.3333

MOTIF two
letter-probability matrix:
"""
ROWS = "1 0 0 0\n0 1 0 0\n"


def meme(tmp_path, text):
    path = tmp_path / "motifs.meme"
    path.write_text(text)
    return path


def one(matrix="alength= 4 w= 2 nsites= 12", rows=ROWS, heading="MOTIF one"):
    return f"MEME version 4\n\nALPHABET= ACGT\n\n{heading}\nletter-probability matrix: {matrix}\n{rows}"


def test_reads_every_part_of_a_minimal_file(tmp_path):
    text = MINIMAL.replace("MOTIF two\nletter-probability matrix:\n", "")
    (motif,) = read_meme(meme(tmp_path, text))
    assert (motif.id, motif.name, motif.nsites, motif.width) == ("one", "first", 12, 2)
    third = 0.3333 / (0.3333 + 0.3333 + 0.3333)
    np.testing.assert_array_equal(motif.probabilities, [[0.7, 0.1, 0.1, 0.1], [0, third, third, third]])


@pytest.mark.parametrize("matrix", ["alength= 4 w= 2", "w=2", "alength=4 w=2 E= 0"])
def test_nsites_is_20_where_the_file_does_not_say(tmp_path, matrix):
    assert read_meme(meme(tmp_path, one(matrix)))[0].nsites == 20


def test_background_is_averaged_over_strands(tmp_path):
    np.testing.assert_allclose(read_background(meme(tmp_path, MINIMAL)), [0.35, 0.15, 0.15, 0.35])
    np.testing.assert_array_equal(read_background(meme(tmp_path, one())), UNIFORM)


def test_other_flavours_of_the_format(tmp_path):
    text = (
        'MEME version 5.5.2 (Release date)\n\nALPHABET "DNA" DNA-LIKE\n'
        'A "Adenine" CC0000 ~ T "Thymine" 008000\n'
        "END ALPHABET\nstrands: + -\n\nMOTIF m1 name with blanks\r\n\nlog-odds matrix: alength= 4 w= 2 E= 0\n"
        "1 2 3 4\n-1 2 3 4\nletter-probability matrix: alength= 4 w= 2 nsites= 5 E= 1e-3\n  1.0\t0 0 0\n"
        "  0.5 0.5 0 0\nURL http://example.org\n\nMOTIF m2\n"
        "letter-probability matrix: w= 1\n0.25 0.25 0.25 0.25"
    )
    motifs = read_meme(meme(tmp_path, text))
    assert [(m.id, m.name, m.width) for m in motifs] == [("m1", "name with blanks", 2), ("m2", "", 1)]


def test_round_trip_at_four_decimals(tmp_path):
    generator = np.random.default_rng(1)
    motifs = [
        Motif(f"m{i}", f"name {i}", generator.dirichlet(np.ones(4), size=width), nsites)
        for i, (width, nsites) in enumerate([(1, 1), (19, 19), (40, 1234567.0)])
    ]
    write_meme(tmp_path / "out" / "a.meme", motifs)
    again = read_meme(tmp_path / "out" / "a.meme")
    for motif, other in zip(motifs, again, strict=True):
        assert (other.id, other.name, other.nsites) == (motif.id, motif.name, motif.nsites)
        rounded = np.round(motif.probabilities, 4)
        np.testing.assert_allclose(
            other.probabilities, rounded / rounded.sum(axis=1, keepdims=True), rtol=0, atol=1e-5
        )


def test_written_text(tmp_path):
    write_meme(tmp_path / "a.meme", [Motif("f0", "", np.array([[0.7, 0.1, 0.1, 0.1]]), 19)])
    assert (tmp_path / "a.meme").read_text() == (
        "MEME version 4\n\nALPHABET= ACGT\n\nBackground letter frequencies:\n"
        "A 0.2500 C 0.2500 G 0.2500 T 0.2500\n\nMOTIF f0\n"
        "letter-probability matrix: alength= 4 w= 1 nsites= 19\n0.7000 0.1000 0.1000 0.1000\n"
    )


def test_reverse_complement_of_a_motif():
    motif = Motif("m", "", np.array([[0.7, 0.2, 0.1, 0.0], [0, 0, 1, 0]]), 5)
    np.testing.assert_array_equal(
        motif.reverse_complement().probabilities, [[0, 1, 0, 0], [0.0, 0.1, 0.2, 0.7]]
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        (">MA1 name\nA [ 1 ]\n", "is not in MEME format"),
        ("MEME version 4\n", "holds no motifs"),
        (one(rows="1 0 0 0\n"), "has 1 rows but w= 2"),
        (one(rows="1 0 0 0\n\nMOTIF two\n"), "has 1 rows but w= 2"),
        (one(rows="1 0 0 0\n0 1 0\n"), "line 8, motif one, has 3 values"),
        (one(rows=ROWS + "0 0 1 0\n"), "line 9, continues motif one after its last row"),
        (one() + "MOTIF two\n", "ends before the matrix of motif two"),
        (one() + "letter-probability matrix: w= 1\n1 0 0 0\n", "a matrix before its MOTIF line"),
        (one(rows="1 0 0 0\n0.5 0.4 0 0\n"), "sum to 0.9 at position 2"),
        (one(rows="1 0 0 0\n1.5 -0.5 0 0\n"), "'-0.5'; write a number that is not negative"),
        (one(rows="1 0 0 0\nx 1 0 0\n"), "'x'; write a number"),
        (one(rows="1 0 0 0\nnan 1 0 0\n"), "'nan'; write a number"),
        (one("alength= 4 w= 0", rows=""), "has w= 0"),
        (one("alength= 4 w= many"), "w= has 'many'"),
        (one("alength= 4", rows=""), "has a matrix without rows"),
        (one("alength= 4", rows="1 0 0 0\nx 1 0 0\n"), "'x'; write a number"),
        (one("alength= 4", rows="1 0 0 0\n\n0 1 0 0\n"), "line 9, continues motif one after its last row"),
        (one("alength= 20 w= 2"), "has 20 letters"),
        (one(heading="MOTIF"), "MOTIF without an id"),
        (one().replace("ALPHABET= ACGT", "ALPHABET= ACGU"), "about the alphabet 'ACGU'"),
        (one().replace("ALPHABET= ACGT", "ALPHABET= ACDEFGHIKLMNPQRSTVWY"), "about the alphabet"),
        (one() + "MOTIF one\nletter-probability matrix: w= 1\n1 0 0 0\n", "two different motifs called one"),
    ],
)
def test_bad_files_get_one_clear_sentence(tmp_path, text, sentence):
    with pytest.raises(UserError) as error:
        read_meme(meme(tmp_path, text))
    assert sentence in str(error.value)
    assert "motifs.meme" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("row", ["0.33 0.33 0.33 0", "0.5 0.48 0 0", "0.26 0.26 0.25 0.25", "0.9904 0 0 0"])
def test_rounding_is_forgiven_and_renormalised(tmp_path, row):
    (motif,) = read_meme(meme(tmp_path, one("w= 1", row)))
    written = np.array(row.split(), dtype=float)
    np.testing.assert_allclose(motif.probabilities[0], written / written.sum(), rtol=1e-15)


def test_rows_that_sum_to_one_up_to_a_hundred_thousandth_stay_as_written(tmp_path):
    (motif,) = read_meme(meme(tmp_path, one("w= 2", "0.999995 0 0 0\n0.999985 0 0 0\n")))
    np.testing.assert_array_equal(motif.probabilities[:, 0], [0.999995, 1])


@pytest.mark.parametrize(
    "end", ["", "\n", "\nMOTIF two\nletter-probability matrix:\n1 0 0 0\n", "URL http://a.b\n"]
)
def test_a_matrix_may_state_nothing(tmp_path, end):
    first = read_meme(meme(tmp_path, one("", ROWS + end)))[0]
    assert (first.id, first.width, first.nsites) == ("one", 2, 20)


def test_a_motif_given_twice_is_used_once_and_said(tmp_path, capsys):
    twice = one() + one()[len("MEME version 4") :]
    assert [motif.id for motif in read_meme(meme(tmp_path, twice))] == ["one"]
    assert "repeats the motif one; it is used once" in capsys.readouterr().err


WEIGHTS = st.lists(st.lists(st.integers(0, 1000), min_size=4, max_size=4), min_size=1, max_size=12)


@given(weights=WEIGHTS, decimals=st.integers(2, 4), stated=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_files_of_two_to_four_decimals_are_read(tmp_path, weights, decimals, stated):
    ppm = to_ppm(np.array(weights))
    rows = "".join(" ".join(f"{p:.{decimals}f}" for p in row) + "\n" for row in ppm)
    (motif,) = read_meme(meme(tmp_path, one(f"w= {len(ppm)}" if stated else "", rows)))
    np.testing.assert_allclose(motif.probabilities.sum(axis=1), 1, rtol=0, atol=1.0001e-5)
    np.testing.assert_allclose(motif.probabilities, ppm, rtol=0, atol=3 * 10.0**-decimals)


# Lines that get past the first checks, in any order, with anything between them.
LINES = """ALPHABET= ACGT
ALPHABET= ACGU
MOTIF a
MOTIF b c
MOTIF
letter-probability matrix: w= 1
letter-probability matrix: alength= 4 w= 1e99 nsites= 0
letter-probability matrix:

URL x
1 0 0 0
0.33 0.33 0.33 0
0 0 0 0
1e308 1e308 0 0
1e299 1e299 0 0
-1 2 0 0
nan 1 0 0
Background letter frequencies
A 0.25 C 0.25 G 0.25 T 0.25
A 0.25 C
>a
A [ 1e299 1 ]
C [ 1e299 1 ]
G [ 0 1 ]
T [ 0 1 ]""".splitlines(keepends=True)
PIECES = st.sampled_from([line.encode() for line in LINES])


@given(
    pieces=st.lists(st.just(b"MEME version 4\n") | PIECES | st.binary(max_size=20), max_size=14),
    intact=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
def test_any_bytes_are_motifs_or_a_user_error(tmp_path, pieces, intact):
    path = tmp_path / "motifs.meme"
    path.write_bytes((one().encode() if intact else b"") + b"".join(pieces))
    for read in (read_meme, read_background, read_database, read_counts):
        try:
            found = read(path)
        except UserError:
            continue
        motifs = [found[None]] if read is read_background else [motif.probabilities for motif in found]
        assert motifs
        for probabilities in motifs:
            np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=0, atol=1.0001e-5)


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n\x1a\n\xff", b"MEME version 4\0\0", b"\x1f\x8b\x08\0"])
def test_binary_files_are_refused(tmp_path, raw):
    (tmp_path / "a.meme").write_bytes(raw)
    with pytest.raises(UserError, match="is not text"):
        read_meme(tmp_path / "a.meme")


def test_missing_files_and_folders_are_refused(tmp_path):
    for path in (tmp_path / "no.meme", tmp_path):
        with pytest.raises(UserError, match="cannot be read"):
            read_meme(path)


@pytest.mark.parametrize("words", ["A 0.25 C 0.25 G 0.25", "A 0.5 C 0.5 G 0.5 T 0.5", "A x C 1 G 0 T 0"])
def test_bad_backgrounds_are_refused(tmp_path, words):
    text = f"MEME version 4\n\nBackground letter frequencies\n{words}\n\nMOTIF a\n"
    with pytest.raises(UserError, match="background after line 3"):
        read_background(meme(tmp_path, text))


def test_nothing_is_written_for_bad_motifs(tmp_path):
    motif = Motif("a", "", np.full((1, 4), 0.25))
    for motifs in ([], [motif, motif]):
        with pytest.raises(UserError):
            write_meme(tmp_path / "a.meme", motifs)
    assert not list(tmp_path.iterdir())
