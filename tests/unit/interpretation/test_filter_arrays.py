import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.interpretation.filter_arrays import read_arrays, write_arrays
from motifcnn.interpretation.filters import find_motifs


class TestArrays:
    def test_round_trip_and_same_bytes(self, tmp_path):
        generator = np.random.default_rng(7)
        codes = generator.integers(0, 5, (23, 31), dtype=np.uint8)
        maps, where = generator.exponential(size=(23, 31, 4)).astype(np.float32), np.arange(31)
        trained = find_motifs([(codes, maps)], where)
        untrained = find_motifs([(codes, maps[::-1].copy())], where)
        for name in ("one.h5", "two.h5"):
            write_arrays(tmp_path / name, trained, untrained=untrained)
        assert (tmp_path / "one.h5").read_bytes() == (tmp_path / "two.h5").read_bytes()
        arrays = read_arrays(tmp_path / "one.h5")
        assert sorted(arrays) == ["clip", "counts", "dead", "n_sites", "ppm", "reference", "threshold"]
        np.testing.assert_array_equal(arrays["ppm"], trained.ppm)
        start, end = arrays["clip"][2]
        np.testing.assert_array_equal(arrays["ppm"][2, start:end], trained.motifs[2].probabilities)
        np.testing.assert_array_equal(
            read_arrays(tmp_path / "one.h5", "untrained")["counts"], untrained.counts
        )
        assert read_arrays(tmp_path / "one.h5", "shuffled") == {}

    def test_missing_file(self, tmp_path):
        with pytest.raises(UserError, match="missing or damaged"):
            read_arrays(tmp_path / "none.h5")
