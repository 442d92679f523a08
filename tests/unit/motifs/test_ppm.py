import numpy as np
import pytest
from motifcnn.motifs.ppm import clip_span, information_content, to_ppm


class TestPpm:
    SHARP, FLAT = [1, 0, 0, 0], [0.25] * 4

    def columns(self, *sharp, width=19):
        ppm = np.tile(np.array(self.FLAT), (width, 1))
        ppm[list(sharp)] = self.SHARP
        return ppm

    @pytest.mark.parametrize(
        ("sharp", "span"),
        [
            ((8, 10), (5, 14)),
            ((0,), (0, 4)),  # only column 0: the authors' code skips the clipping here
            ((18,), (15, 19)),
            ((2, 17), (0, 19)),
            ((), (0, 19)),
        ],
    )
    def test_span_is_cut_at_the_borders(self, sharp, span):
        assert clip_span(self.columns(*sharp), 0.5, 3) == span

    def test_information_must_exceed_the_threshold(self):
        # Half A, half C is exactly one bit.
        ppm = self.columns(5)
        ppm[10] = [0.5, 0.5, 0, 0]
        assert clip_span(ppm, 1.0, 0) == (5, 6)
        assert clip_span(ppm, 0.99, 0) == (5, 11)

    def test_without_clipping(self):
        assert clip_span(self.columns(8), None, 3) == (0, 19)

    def test_information_content(self):
        ppm = np.array([self.FLAT, self.SHARP, [0.5, 0.5, 0, 0], [0.5, 0.25, 0.25, 0]])
        np.testing.assert_allclose(information_content(ppm), [0, 2, 1, 0.5], atol=1e-15)

    def test_to_ppm_of_nothing_is_uniform(self):
        np.testing.assert_array_equal(to_ppm(np.zeros((1, 4))), [[0.25] * 4])
