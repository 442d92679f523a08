"""Declarations of datasets of type peaks."""

import pytest
from motifcnn.core.errors import UserError
from motifcnn.data.peaks.options import PeakOptions

LEAST = {"genome": "genome.fa", "peaks": {"A": "a.bed"}, "chromosomes": {"valid": ["chr2"], "test": ["chr3"]}}


def test_defaults_are_those_of_deepsea():
    options = PeakOptions.from_parameters({"type": "peaks", "title": "Mine", "relevant": {}, **LEAST})
    assert (options.bin, options.window, options.min_overlap) == (200, 1000, 0.5)
    assert (options.blacklist, options.filter, options.negatives) == (None, None, None)
    assert (options.max_n, options.reverse_complement, options.seed) == (0.5, "train", 1)


def test_negatives_are_completed():
    assert PeakOptions(**LEAST, negatives={}).negatives == {"kind": "gc_matched", "ratio": 1}


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"windw": 5}, "there is no key 'windw' in a dataset of type peaks; write genome, peaks, "),
        ({"min_overlap": 1}, "min_overlap is 1, but must be a share: at least 0 and less than 1"),
        ({"max_n": -0.1}, "max_n is -0.1, but must be a share"),
        ({"peaks": {}}, "peaks is empty"),
        ({"filter": {"file": "a.bw"}}, "filter must have the keys file, a bigWig file, and min"),
        ({"negatives": {"kind": "random"}}, "negatives must be {kind: gc_matched, ratio: 1} or null"),
        ({"negatives": {"ratio": 0}}, "negatives.ratio is 0, but must be more than 0"),
        ({"reverse_complement": "both"}, "reverse_complement: 'both' is unknown"),
        ({"chromosomes": {"valid": ["chr2"]}}, "chromosomes.test is empty; hold out at least one"),
        ({"chromosomes": {"valid": ["chr2"], "test": ["chr2"]}}, "chromosomes: chr2 is in valid and in test"),
        (
            {"chromosomes": {"validation": ["chr2"], "test": ["chr3"]}},
            "there is no key 'validation' in chromosomes",
        ),
    ],
)
def test_mistakes(given, match):
    with pytest.raises(UserError) as caught:
        PeakOptions.from_parameters({**LEAST, **given})
    assert match in str(caught.value)


def test_missing_keys():
    with pytest.raises(UserError, match="the dataset lacks the key 'genome'; add it"):
        PeakOptions.from_parameters({"peaks": {"A": "a.bed"}, "chromosomes": {}})
