"""Windows around peaks, on generated genomes."""

import gzip
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyBigWig
import pytest
from motifcnn.core.sequences import decode, encode, reverse_complement
from motifcnn.core.splits import SPLITS
from motifcnn.data.dataset import read_dataset
from motifcnn.data.peaks.remarks import remarks_on_peaks
from motifcnn.data.peaks.windows import window_peaks
from motifcnn.experiment.registries import complete_dataset
from toys.refusals import refused

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:bioframe")

# Both targets have peaks in the held-out chromosomes; what a test is about lies on chr1.
HELD_OUT = [("chr2", 20, 30, "A"), ("chr2", 50, 60, "B"), ("chr3", 20, 30, "A"), ("chr3", 50, 60, "B")]
ELSEWHERE = [("chr1", 100, 110, "A"), ("chr1", 150, 160, "B")]
SMALL = {"bin": 10, "window": 30, "reverse_complement": "none"}


def random_letters(length, seed=1):
    return decode(np.random.default_rng(seed).integers(0, 4, length, dtype=np.uint8))


def small_genome():
    return {"chr1": random_letters(205), "chr2": random_letters(100, 2), "chr3": random_letters(100, 3)}


def write_fasta(path, genome, width=50):
    with open(path, "w") as file:
        for name, letters in genome.items():
            lines = [letters[low : low + width] for low in range(0, len(letters), width)]
            file.write(f">{name}\n" + "\n".join(lines) + "\n")
    return str(path)


def write_peaks(folder, peaks, suffix=".bed"):
    files = {}
    for target in sorted({peak[3] for peak in peaks}):
        path = folder / f"{target}{suffix}"
        text = "".join(f"{chrom}\t{low}\t{high}\n" for chrom, low, high, other in peaks if other == target)
        path.write_bytes(gzip.compress(text.encode()) if suffix.endswith(".gz") else text.encode())
        files[target] = str(path)
    return files


def make(folder, peaks, genome=None, **options):
    definition = {
        "type": "peaks",
        "genome": write_fasta(folder / "genome.fa", genome or small_genome()),
        "peaks": peaks if isinstance(peaks, dict) else write_peaks(folder, peaks),
        "chromosomes": {"valid": ["chr2"], "test": ["chr3"]},
    }
    output = folder / "dataset.h5"
    found = window_peaks(output, complete_dataset({**definition, **SMALL, **options}, "mine"), "mine")
    return SimpleNamespace(rows=found.rows, counts=found.counts, dataset=read_dataset(output))


def train_bins(found):
    """{start of the bin on chr1: labels} of the training windows."""
    rows = found.rows[found.rows["split"] == "train"]
    assert set(rows["chrom"]) == {"chr1"}
    return {
        start + 10: tuple(row)
        for start, row in zip(rows["start"], found.dataset.train.label.tolist(), strict=True)
    }


def test_more_than_half_of_a_bin_must_be_covered(tmp_path):
    peaks = [("chr1", 50, 55, "A"), ("chr1", 70, 76, "A"), ("chr1", 84, 96, "B")]
    # 50-60 is covered by 5 of 10: not positive; 70-80 by 6; 80-90 and 90-100 by 6 each.
    assert train_bins(make(tmp_path, HELD_OUT + ELSEWHERE + peaks)) == {
        70: (1, 0),
        80: (0, 1),
        90: (0, 1),
        100: (1, 0),
        150: (0, 1),
    }


@pytest.mark.parametrize(
    ("min_overlap", "least"), [(0, 1), (0.29, 3), (0.3, 4), (0.5, 6), (0.7, 8), (0.9, 10)]
)
def test_the_share_is_exceeded_not_reached(tmp_path, min_overlap, least):
    peaks = [("chr1", 50, 50 + least - 1, "A"), ("chr1", 70, 70 + least, "A")]
    peaks = [peak for peak in peaks if peak[1] < peak[2]]
    assert 50 not in (
        bins := train_bins(make(tmp_path, HELD_OUT + ELSEWHERE + peaks, min_overlap=min_overlap))
    )
    assert bins[70] == (1, 0)


def test_what_overlapping_peaks_cover_counts_once_and_what_several_cover_adds_up(tmp_path):
    peaks = [("chr1", 50, 55, "A"), ("chr1", 51, 55, "A"), ("chr1", 50, 55, "A")]  # 5 of 10
    peaks += [("chr1", 70, 73, "A"), ("chr1", 77, 80, "A")]  # 3 + 3 of 10
    peaks += [("chr1", 100, 110, "B")]  # where A has one as well
    bins = train_bins(make(tmp_path, HELD_OUT + ELSEWHERE + peaks))
    assert bins == {70: (1, 0), 100: (1, 1), 150: (0, 1)}


def test_windows_over_the_ends_of_a_chromosome_are_left_out(tmp_path):
    # Bins 0-10 and 190-200 have no whole window on chr1 of 205 nt, 10-20 and 180-190 have; 200-205 is no bin.
    peaks = [("chr1", 0, 20, "A"), ("chr1", 180, 205, "B")]
    found = make(tmp_path, HELD_OUT + ELSEWHERE + peaks)
    assert sorted(train_bins(found)) == [10, 100, 150, 180]
    assert found.counts["dropped"]["window_over_chromosome_end"] == 2


def test_the_sequence_is_centred_on_the_bin_and_soft_masked_letters_count(tmp_path):
    genome = small_genome()
    genome["chr1"] = genome["chr1"][:95] + genome["chr1"][95:].lower()
    found = make(tmp_path, HELD_OUT + ELSEWHERE, genome)
    assert [decode(row) for row in found.dataset.train.sequence] == [
        genome["chr1"][90:120].upper(),
        genome["chr1"][140:170].upper(),
    ]
    assert found.rows["start"].tolist()[:2] == [90, 140]
    assert found.rows["end"].tolist()[:2] == [120, 170]


def test_windows_with_too_many_n_are_left_out(tmp_path):
    genome = small_genome()
    letters = list(genome["chr1"])
    letters[40:55] = "N" * 15  # of the window 40-70: half
    letters[70:86] = "N" * 16  # of the window 70-100: more
    genome["chr1"] = "".join(letters)
    peaks = [("chr1", 50, 60, "A"), ("chr1", 80, 90, "A")]
    found = make(tmp_path, HELD_OUT + ELSEWHERE + peaks, genome)
    assert sorted(train_bins(found)) == [50, 100, 150]
    assert found.counts["dropped"]["too_many_n"] == 1
    assert found.dataset.train.sequence[0][:15].tolist() == [4] * 15
    strict = make(tmp_path, HELD_OUT + ELSEWHERE + peaks, genome, max_n=0)
    assert sorted(train_bins(strict)) == [100, 150]


def test_a_blacklisted_nt_is_enough(tmp_path):
    blacklist = tmp_path / "blacklist.bed"
    blacklist.write_text("chr1\t109\t110\nchr1\t160\t161\n")  # the last nt of 100-110; one behind 150-160
    peaks = [("chr1", 50, 60, "A")]
    found = make(tmp_path, HELD_OUT + ELSEWHERE + peaks, blacklist=str(blacklist))
    assert sorted(train_bins(found)) == [50, 150]
    assert found.counts["dropped"]["blacklisted"] == 1
    blacklist.write_text("")
    assert len(make(tmp_path, HELD_OUT + ELSEWHERE, blacklist=str(blacklist)).dataset.train.label) == 2


def test_a_signal_filters_by_its_mean_over_the_bin(tmp_path):
    track = tmp_path / "mappability.bw"
    with pyBigWig.open(str(track), "w") as file:
        file.addHeader([("chr1", 205), ("chr2", 100), ("chr3", 100)])
        file.addEntries(["chr1"] * 3, [50, 100, 157], ends=[60, 107, 160], values=[0.7, 1.0, 1.0])
        file.addEntries(["chr2", "chr3"], [0, 0], ends=[100, 100], values=[1.0, 1.0])
    peaks = [("chr1", 50, 60, "B"), ("chr1", 70, 80, "B")]
    # Means: 0.7 (as a 32-bit number), 0.7 (7 of 10, the rest has no value), 0.3, and none at all.
    found = make(tmp_path, HELD_OUT + ELSEWHERE + peaks, filter={"file": str(track), "min": 0.7})
    assert sorted(train_bins(found)) == [50, 100]
    assert found.counts["dropped"]["filtered"] == 2


def test_reverse_complements_follow_as_a_block(tmp_path):
    forward = make(tmp_path, HELD_OUT + ELSEWHERE)
    for choice, doubled in (("train", ["train"]), ("all", list(SPLITS))):
        found = make(tmp_path, HELD_OUT + ELSEWHERE, reverse_complement=choice)
        for split in SPLITS:
            before, after = getattr(forward.dataset, split), getattr(found.dataset, split)
            sequences, labels, strands = [before.sequence], [before.label], "++"
            if split in doubled:
                sequences.append(reverse_complement(before.sequence))
                labels, strands = labels * 2, "++--"
            assert np.array_equal(after.sequence, np.concatenate(sequences))
            assert np.array_equal(after.label, np.concatenate(labels))
            assert "".join(found.rows.loc[found.rows["split"] == split, "strand"]) == strands


def test_chromosomes_of_the_splits(tmp_path):
    genome = {**small_genome(), "chr3_KI270818v1_alt": random_letters(100, 4), "chrM": random_letters(100, 5)}
    more = [("chr3_KI270818v1_alt", 20, 30, "A"), ("chrM", 20, 30, "A")]
    found = make(tmp_path, HELD_OUT + ELSEWHERE + more, genome)
    # What is named after a held-out chromosome is not trained on.
    assert found.rows.groupby("split")["chrom"].unique().map(list).to_dict() == {
        "train": ["chr1", "chrM"],
        "valid": ["chr2"],
        "test": ["chr3"],
    }
    assert found.counts["dropped"]["chromosome_not_used"] == 1
    only = {"valid": ["chr2"], "test": ["chr3"], "train": ["chr1"]}
    found = make(tmp_path, HELD_OUT + ELSEWHERE + more, genome, chromosomes=only)
    assert set(found.rows["chrom"]) == {"chr1", "chr2", "chr3"}


def test_against_a_mask_of_every_letter(tmp_path):
    """Labels, places and letters of a random genome, found by looking at each nt."""
    rng = np.random.default_rng(7)
    genome = {f"chr{n}": random_letters(int(rng.integers(3000, 6000)), n) for n in range(1, 5)}
    peaks = []
    for name, letters in genome.items():
        for target in "ABC":
            for low in rng.integers(0, len(letters), 12):
                peaks.append((name, int(low), int(low + rng.integers(1, 250)), target))
    options = {"bin": 37, "window": 121, "min_overlap": 0.4}
    found = make(tmp_path, peaks, genome, **options)

    expected = {split: [] for split in SPLITS}
    for name, letters in genome.items():
        split = {"chr2": "valid", "chr3": "test"}.get(name, "train")
        mask = np.zeros((3, len(letters)), bool)
        for chrom, low, high, target in peaks:
            if chrom == name:
                mask["ABC".index(target), low:high] = True
        for start in range(0, len(letters) - 36, 37):
            label = (10 * mask[:, start : start + 37].sum(1) > 4 * 37).tolist()
            if any(label) and start >= 42 and start + 37 + 42 <= len(letters):
                expected[split].append((name, start - 42, letters[start - 42 : start + 79], label))
    for split in SPLITS:
        part, rows = getattr(found.dataset, split), found.rows[found.rows["split"] == split]
        assert len(part.label) == len(expected[split]) > 5
        places = zip(
            rows["chrom"],
            rows["start"],
            map(decode, part.sequence),
            part.label.astype(bool).tolist(),
            strict=True,
        )
        assert list(places) == expected[split]


def patchy_genome():
    """Three chromosomes whose GC content changes every 2,000 nt."""
    rng = np.random.default_rng(3)
    genome = {}
    for name in ("chr1", "chr2", "chr3"):
        patches = []
        for share in rng.uniform(0.2, 0.8, 60):
            at, gc = (1 - share) / 2, share / 2
            patches.append(rng.choice(4, 2000, p=[at, gc, gc, at]).astype(np.uint8))
        genome[name] = decode(np.concatenate(patches))
    return genome


@pytest.mark.parametrize("ratio", [1, 0.5, 2])
def test_negatives_match_the_gc_content_of_the_positives(tmp_path, ratio):
    genome = patchy_genome()
    rng = np.random.default_rng(4)
    # Peaks lie in GC-rich places, so that a draw from everywhere would not match.
    peaks = []
    for name, letters in genome.items():
        codes = encode(letters)
        gc = [np.isin(codes[low : low + 200], (1, 2)).mean() for low in range(0, len(codes), 200)]
        rich = rng.choice(np.flatnonzero(np.array(gc) > 0.55), 12, replace=False) * 200
        peaks += [(name, int(low), int(low) + 150, "A") for low in rich]
    options = {"bin": 100, "window": 200, "negatives": {"kind": "gc_matched", "ratio": ratio}}
    found = make(tmp_path, peaks, genome, **options)
    table = found.rows.assign(
        positive=np.concatenate([getattr(found.dataset, split).label[:, 0] for split in SPLITS]) == 1,
        gc=np.concatenate(
            [np.isin(getattr(found.dataset, split).sequence, (1, 2)).sum(1) for split in SPLITS]
        ),
    )
    assert found.counts["negatives_missing"] == 0
    for split in SPLITS:
        rows = table[table["split"] == split]
        # 200 nt and 50 strata: four counts to a stratum.
        positive, negative = (
            np.bincount(rows.loc[rows["positive"] == which, "gc"] // 4, minlength=50)
            for which in (True, False)
        )
        assert positive.sum() > 10
        assert negative.sum() == round(ratio * positive.sum())
        assert np.abs(negative - ratio * positive).max() < 1
        assert rows["start"].is_monotonic_increasing
    for row in table[~table["positive"]].itertuples():
        assert all(chrom != row.chrom or high <= row.start or low >= row.end for chrom, low, high, _ in peaks)
    assert not table.duplicated(["chrom", "start"]).any()


def test_missing_negatives_are_counted(tmp_path):
    found = make(tmp_path, HELD_OUT + ELSEWHERE, negatives={"ratio": 1000})
    kept = sum(part["negatives"] for part in found.counts["splits"].values())
    assert 0 < kept < 30
    assert found.counts["negatives_missing"] == 6000 - kept


def test_the_same_declaration_gives_the_same_bytes(tmp_path):
    options = {"negatives": {"ratio": 2}, "reverse_complement": "all"}
    made = {}
    for name, seed in (("first", 1), ("second", 1), ("third", 2)):
        make(tmp_path, HELD_OUT + ELSEWHERE, seed=seed, **options)
        made[name] = (tmp_path / "dataset.h5").read_bytes()
    assert made["first"] == made["second"] != made["third"]
    assert read_dataset(tmp_path / "dataset.h5").targets == ("A", "B")


def test_order_and_compression_of_peaks_do_not_matter(tmp_path):
    plain = make(tmp_path, HELD_OUT + ELSEWHERE)
    backwards = make(tmp_path, (HELD_OUT + ELSEWHERE)[::-1])
    gzipped = make(tmp_path, write_peaks(tmp_path, HELD_OUT + ELSEWHERE, ".narrowPeak.gz"))
    for other in (backwards, gzipped):
        pd.testing.assert_frame_equal(other.rows, plain.rows)
        assert np.array_equal(other.dataset.train.label, plain.dataset.train.label)


def test_peaks_over_the_end_are_cut_and_those_on_unknown_sequences_left_out(tmp_path):
    peaks = [("chr1", 180, 300, "A"), ("chrUn_1", 5, 50, "A")]
    found = make(tmp_path, HELD_OUT + ELSEWHERE + peaks)
    counted = {"read": 5, "cut_at_end": 1, "not_in_genome": 1, "with_summit": 0, "without_bin": 0}
    assert found.counts["peaks"]["A"] == counted
    assert sorted(train_bins(found)) == [100, 150, 180]


def narrow_peaks(folder, peaks):
    """Write peaks of (chrom, start, end, target, summit) as narrowPeak."""
    files = {}
    for target in sorted({peak[3] for peak in peaks}):
        rows = [peak for peak in peaks if peak[3] == target]
        text = [
            f"{chrom}\t{low}\t{high}\t.\t0\t.\t1\t-1\t-1\t{summit}\n" for chrom, low, high, _, summit in rows
        ]
        files[target] = str(folder / f"{target}.narrowPeak")
        (folder / f"{target}.narrowPeak").write_text("".join(text))
    return files


def test_windows_around_summits(tmp_path):
    held_out = [(*peak, 3) for peak in HELD_OUT]
    # Too narrow for a bin of the grid; one beside the end of its chromosome.
    peaks = [("chr1", 57, 60, "A", 2), ("chr1", 150, 160, "B", 9), ("chr1", 3, 6, "B", 0)]
    found = make(tmp_path, narrow_peaks(tmp_path, held_out + peaks), negatives={"ratio": 1})
    assert found.counts["centre"] == "summit"
    assert train_bins(found)[54] == (1, 0)
    assert train_bins(found)[154] == (0, 1)
    assert found.counts["dropped"]["window_over_chromosome_end"] == 1
    assert [found.counts["peaks"][target]["without_bin"] for target in "AB"] == [0, 0]
    genome = small_genome()["chr1"]
    row = found.rows.query("start == 44").index[0]
    # The summit, 59, is the first nt behind the middle.
    assert decode(found.dataset.train.sequence[row]) == genome[44:74]
    # Negatives are bins of the grid; every window here has the same GC content.
    genome = dict.fromkeys(small_genome(), "AC" * 150)
    found = make(tmp_path, narrow_peaks(tmp_path, held_out + peaks), genome, negatives={"ratio": 1})
    negatives = [start for start, label in train_bins(found).items() if label == (0, 0)]
    assert len(negatives) == 2
    assert not any(start % 10 for start in negatives)
    # On the grid, A loses its only peak on chr1.
    words = ("A has no positive window in train", "1 of 3 peaks of A (33%) make no window", "centre: summit")
    not_made(tmp_path, *words, peaks=narrow_peaks(tmp_path, held_out + peaks), centre="bin")


def test_letters_around_summits_are_counted_in_their_windows(tmp_path):
    genome = small_genome()
    genome["chr1"] = genome["chr1"][:70] + "N" * 16 + genome["chr1"][86:]
    held_out = [(*peak, 3) for peak in HELD_OUT]
    peaks = [
        ("chr1", 70, 71, "A", 0),
        ("chr1", 72, 73, "B", 0),
        ("chr1", 150, 160, "B", 5),
        ("chr1", 40, 50, "A", 5),
    ]
    # 56-86 has 16 of 30; a window one nt to the left would have 15.
    found = make(tmp_path, narrow_peaks(tmp_path, held_out + peaks), genome)
    assert sorted(train_bins(found)) == [40, 150]
    assert found.counts["dropped"]["too_many_n"] == 1


def test_lost_peaks_are_said(tmp_path):
    peaks = [*HELD_OUT, *ELSEWHERE, ("chr1", 30, 33, "A")]
    counts = make(tmp_path, peaks).counts
    (said,) = remarks_on_peaks(counts)
    assert said == (
        "1 of 4 peaks of A (25%) make no window, as they cover no more than min_overlap (0.5) of a bin (10 nt); "
        "centre: summit takes them all"
    )
    narrow = [HELD_OUT[0], ("chr2", 50, 53, "B"), *HELD_OUT[2:], *ELSEWHERE]
    not_made(tmp_path, "B has no positive window in valid", "1 of 3 peaks of B", "min_overlap", peaks=narrow)
    counts["negatives_missing"] = 7
    assert remarks_on_peaks(counts)[1].startswith("7 negatives are missing")


def not_made(tmp_path, *parts, peaks=HELD_OUT + ELSEWHERE, genome=None, **options):
    with refused(*parts):
        make(tmp_path, peaks, genome, **options)


def test_a_chromosome_of_another_name_is_named_in_both_ways(tmp_path):
    not_made(tmp_path, "'1'", "'chr1'", "A.bed", "genome.fa", peaks=[*HELD_OUT, ("1", 5, 50, "A")])
    genome = {name.removeprefix("chr"): letters for name, letters in small_genome().items()}
    chromosomes = {"valid": ["2"], "test": ["3"]}
    not_made(tmp_path, "'chr2'", "'2'", genome=genome, chromosomes=chromosomes)
    not_made(
        tmp_path,
        "none of the chromosomes",
        "'NC_1'",
        "'chr1', 'chr2', 'chr3'",
        peaks=[("NC_1", 5, 50, "A"), ("NC_1", 5, 50, "B")],
    )
    not_made(tmp_path, "chromosomes.test has '3'", "'chr1'", chromosomes={"valid": ["chr2"], "test": ["3"]})


def test_peaks_of_another_assembly_are_refused(tmp_path):
    words = ("line 4 of", "A.bed", "begins at 205", "only 205 nt")
    not_made(tmp_path, *words, peaks=[*HELD_OUT, *ELSEWHERE, ("chr1", 205, 300, "A")])


def test_files_without_peaks_are_refused(tmp_path):
    files = write_peaks(tmp_path, HELD_OUT + ELSEWHERE)
    (tmp_path / "empty.bed").write_text("# nothing\n")
    peaks = {"A": files["A"], "B": str(tmp_path / "empty.bed")}
    not_made(tmp_path, "empty.bed, the peaks of B, has no peaks", peaks=peaks)
    not_made(tmp_path, "nowhere.bed: No such file", peaks=files | {"A": str(tmp_path / "nowhere.bed")})


def test_splits_on_which_nothing_can_be_learned_are_refused(tmp_path):
    not_made(tmp_path, "no window is left for test (chr3)", peaks=HELD_OUT[:2] + ELSEWHERE)
    peaks = [HELD_OUT[0], *HELD_OUT[2:], *ELSEWHERE]
    not_made(tmp_path, "B has no positive window in valid (chr2)", peaks=peaks)
    words = ("A is positive in all 1 windows of train: ", "negatives: {kind: gc_matched}")
    same = [(*peak[:3], target) for peak in HELD_OUT + ELSEWHERE if peak[3] == "A" for target in "AB"]
    not_made(tmp_path, *words, peaks=same)


def test_tracks_of_another_kind_or_assembly_are_refused(tmp_path):
    track = tmp_path / "track.bw"
    filter_ = {"file": str(track), "min": 0.5}
    not_made(tmp_path, "track.bw does not exist", filter=filter_)
    track.write_text("chr1 0 10 1\n")
    not_made(tmp_path, "track.bw is not a bigWig file", filter=filter_)
    for header, words in (
        ([("chr1", 206)], ["of another assembly", "206", "205"]),
        ([("1", 205)], ["'1'", "'chr1'"]),
    ):
        with pyBigWig.open(str(track), "w") as file:
            file.addHeader(header)
            file.addEntries([header[0][0]], [0], ends=[10], values=[1.0])
        not_made(tmp_path, *words, filter=filter_)


def test_counts_can_be_written_as_json(tmp_path):
    counts = make(tmp_path, HELD_OUT + ELSEWHERE, negatives={"ratio": 1}).counts
    assert json.loads(json.dumps(counts)) == counts
    assert counts["splits"]["train"] == {
        "windows": 2 + counts["splits"]["train"]["negatives"],
        "negatives": counts["splits"]["train"]["negatives"],
        "reverse_complements": 0,
        "positives": {"A": 1, "B": 1},
    }
