"""Peak files in all their formats, and what is wrong with them."""

import gzip

import pyBigWig
import pysam
import pytest
from motifcnn.core.errors import UserError
from motifcnn.data.peaks.intervals import check_lengths, check_names, fit_to_genome, read_intervals
from toys.bigbed import write_bigbed

LENGTHS = {"chr1": 1000, "chr2": 500}
NARROW_PEAK = "chr2\t30\t90\tpeak1\t1000\t.\t5.1\t-1\t3.2\t25\nchr1\t5\t20\tpeak2\t500\t+\t2\t-1\t1\t7\n"
ROWS = [("chr2", 30, 90), ("chr1", 5, 20)]


def rows(table):
    return list(table[["chrom", "start", "end"]].itertuples(index=False, name=None))


def test_formats_are_told_by_their_content(tmp_path):
    texts = {
        "peaks.narrowPeak": NARROW_PEAK,
        "peaks.bed": "chr2\t30\t90\r\nchr1\t5\t20\r\n",
        "spaces.bed": "chr2 30 90\nchr1 5  20",
        "header.bed": "browser position chr1\ntrack name=peaks\n# words\n\nchr2\t30\t90\nchr1\t5\t20\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text.encode())
        assert rows(read_intervals(tmp_path / name)) == ROWS
        (tmp_path / name).write_bytes(gzip.compress(text.encode()))
        assert rows(read_intervals(tmp_path / name)) == ROWS
    with pysam.BGZFile(str(tmp_path / "bgzipped.bed"), "w") as file:
        file.write(NARROW_PEAK.encode())
    assert rows(read_intervals(tmp_path / "bgzipped.bed")) == ROWS


def test_lines_are_remembered(tmp_path):
    (tmp_path / "peaks.bed").write_text("# words\nchr1\t1\t2\n\nchr1\t3\t4\n")
    assert read_intervals(tmp_path / "peaks.bed")["line"].tolist() == [2, 4]


def test_bigbed(tmp_path):
    path = tmp_path / "peaks.bed"  # the name does not matter
    write_bigbed(path, LENGTHS, [("chr1", 5, 20), ("chr1", 100, 1000), ("chr2", 30, 90)])
    found = read_intervals(path)
    assert rows(found) == [("chr1", 5, 20), ("chr1", 100, 1000), ("chr2", 30, 90)]
    assert found["line"].tolist() == [0, 0, 0]
    path.write_bytes(path.read_bytes()[:120])
    refuse(path, "is cut short or damaged; get it again")


def test_a_file_without_intervals(tmp_path):
    (tmp_path / "empty.bed").write_text("")
    assert rows(read_intervals(tmp_path / "empty.bed")) == []


def refuse(path, match):
    with pytest.raises(UserError, match=match):
        read_intervals(path)


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("chr1\t5", r"line 2 of .*peaks\.bed has 2 of the columns chromosome, start and end \('chr1\\t5'\)"),
        (
            "chrom\tstart\tend",
            r"line 2 of .*peaks\.bed has the start 'start', but .* a header line must begin with #",
        ),
        ("chr1\t-5\t20", r"line 2 of .*peaks\.bed has the start '-5'"),
        ("chr1\t5\t2e3", r"line 2 of .*peaks\.bed has the end '2e3'"),
        ("chr1\t5\t1_000", r"has the end '1_000'"),
        (
            "chr1\t20\t20",
            r"line 2 of .*peaks\.bed has an interval from 20 to 20, but the end must be greater",
        ),
        ("chr1\t20\t5", r"an interval from 20 to 5"),
    ],
)
def test_malformed_lines_are_named(tmp_path, line, match):
    (tmp_path / "peaks.bed").write_text(f"chr1\t1\t2\n{line}\n")
    refuse(tmp_path / "peaks.bed", match)


def test_files_that_cannot_be_read(tmp_path):
    refuse(tmp_path / "missing.bed", r"cannot read .*missing\.bed: No such file or directory")
    refuse(tmp_path, "cannot read .*: Is a directory")
    (tmp_path / "cut.bed.gz").write_bytes(gzip.compress(NARROW_PEAK.encode() * 100)[:-30])
    refuse(tmp_path / "cut.bed.gz", r"cut\.bed\.gz is gzipped, but cut short or damaged")
    (tmp_path / "binary.bed").write_bytes(bytes(range(128, 256)))
    refuse(tmp_path / "binary.bed", r"binary\.bed is not text")
    with pyBigWig.open(str(tmp_path / "signal.bw"), "w") as file:
        file.addHeader([("chr1", 1000)])
        file.addEntries(["chr1"], [0], ends=[10], values=[1.0])
    refuse(tmp_path / "signal.bw", r"signal\.bw is bigWig, a signal, but intervals are needed")


def fit(tmp_path, text):
    path = tmp_path / "peaks.bed"
    path.write_text(text)
    return fit_to_genome(read_intervals(path), path, LENGTHS, "genome.fa")


def test_intervals_are_fitted_to_the_genome(tmp_path):
    fitted, counts = fit(tmp_path, "chr2\t499\t501\nchrUn\t1\t2\nchr1\t0\t1000\nchr2\t3\t9\n")
    assert rows(fitted) == [("chr2", 499, 500), ("chr1", 0, 1000), ("chr2", 3, 9)]
    assert counts == {"read": 4, "cut_at_end": 1, "not_in_genome": 1, "with_summit": 0}
    assert fitted["summit"].tolist() == [499, 500, 6]


def test_summits_of_narrow_peaks(tmp_path):
    (tmp_path / "peaks.bed").write_text(NARROW_PEAK)
    assert read_intervals(tmp_path / "peaks.bed")["summit"].tolist() == [55, 12]
    # -1 is none; so is column 10 of BED12, a number of blocks.
    bed12 = "chr1\t0\t90\tx\t0\t+\t0\t90\t0\t2\t10,10\t0,80\n"
    (tmp_path / "peaks.bed").write_text("chr1\t0\t9\t.\t0\t.\t1\t-1\t-1\t-1\n" + bed12)
    assert read_intervals(tmp_path / "peaks.bed")["summit"].tolist() == [-1, -1]
    text = "chr2\t490\t600\t.\t0\t.\t1\t-1\t-1\t50\nchr1\t0\t9\t.\t0\t.\t1\t-1\t-1\t-1\n"
    fitted, counts = fit(tmp_path, text)
    # A peak is cut off at the end, and its summit with it.
    assert fitted["summit"].tolist() == [499, 4]
    assert counts["with_summit"] == 1
    (tmp_path / "peaks.bed").write_text("chr1\t0\t9\t.\t0\t.\t1\t-1\t-1\t9\n")
    refuse(
        tmp_path / "peaks.bed",
        "line 1 of .* has its summit 9 nt behind the start of a peak of 9 nt; write -1",
    )


def test_an_interval_behind_the_end_is_of_another_assembly(tmp_path):
    with pytest.raises(UserError) as caught:
        fit(tmp_path, "chr1\t5\t20\nchr2\t500\t600\n")
    assert str(caught.value) == (
        f"line 2 of {tmp_path}/peaks.bed has an interval that begins at 500, but chr2 of genome.fa has only 500 nt; "
        "is one of them of another assembly?"
    )


def test_names_of_chromosomes():
    check_names([], "a.bed", LENGTHS, "genome.fa")
    check_names(["chr1", "chrUn"], "a.bed", LENGTHS, "genome.fa")
    with pytest.raises(
        UserError, match=r"^a\.bed calls a chromosome '2' that genome\.fa calls 'chr2'; rename"
    ):
        check_names(["chr1", "2"], "a.bed", LENGTHS, "genome.fa")
    with pytest.raises(
        UserError, match=r"^a\.bed calls a chromosome 'chrX' that genome\.fa calls 'X'; rename"
    ):
        check_names(["chrX"], "a.bed", {"X": 5}, "genome.fa")
    with pytest.raises(
        UserError, match=r"^none of the chromosomes of a\.bed \('I', 'II', 'III', …\) is in genome\.fa"
    ):
        check_names(["I", "II", "III", "IV"], "a.bed", LENGTHS, "genome.fa")


def test_lengths_of_chromosomes():
    check_lengths({"chr1": 1000, "chrUn": 5}, "a.bw", LENGTHS, "genome.fa")
    with pytest.raises(
        UserError, match=r"a\.bw is of another assembly: its chr2 has 501 nt, that of genome\.fa 500"
    ):
        check_lengths({"chr2": 501}, "a.bw", LENGTHS, "genome.fa")
