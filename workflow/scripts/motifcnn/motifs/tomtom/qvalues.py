"""q-values after Storey (PNAS 2003, 100:9440), with Tomtom's bootstrap to choose lambda."""

import numpy as np

SEED = 4357
_KNUTH = 69069  # D. E. Knuth's multiplier; the first seeding of MT19937 (Matsumoto and Nishimura 1998)
_LAMBDAS = np.arange(1, 101) / 100 * 0.5
_SAMPLES = 100
_SAMPLE_SIZE = 1000
_FEWEST = 100  # with this many p-values or fewer, pi0 is 1


class Bootstrap:
    """Indices of bootstrap samples, in the order in which Tomtom draws them for one query file.

    MT19937 with state x_0 = 4357, x_i = 69069 x_(i-1) mod 2^32; an index into m p-values takes two
    32-bit draws a, b: floor(m (a / 2^32 + b / 2^64)).
    """

    def __init__(self):
        state = [SEED]
        for _ in range(623):
            state.append(_KNUTH * state[-1] & 0xFFFFFFFF)
        self._bits = np.random.MT19937()
        self._bits.state = {
            "bit_generator": "MT19937",
            "state": {"key": np.array(state, dtype=np.uint32), "pos": 624},
        }

    def indices(self, m: int) -> np.ndarray:
        """Return the indices of the next 100 samples of 1,000 from m p-values, int64 (100, 1000)."""
        draws = self._bits.random_raw(2 * _SAMPLES * _SAMPLE_SIZE)
        scaled = draws[0::2] * np.uint64(m)  # of 2^32; b adds less than m
        if scaled.astype(np.uint32).max() > 2**32 - m:  # the low half is so high that b may carry
            scaled += draws[1::2] * np.uint64(m) >> 32
        return (scaled >> 32).view(np.int64).reshape(_SAMPLES, _SAMPLE_SIZE)


def pi0(p: np.ndarray, bootstrap: Bootstrap) -> float:
    """Estimate the share of true null hypotheses.

    Parameters
    ----------
    p
        (m,) p-values, ascending.
    bootstrap
        Source of the draws; none are taken for 100 p-values or fewer.

    Returns
    -------
    float
        Between 0 and 1.
    """
    m = len(p)
    if m <= _FEWEST:
        return 1.0
    # level[i]: how many lambdas p[i] reaches, so that p >= lambda_k where level > k.
    level = np.searchsorted(_LAMBDAS, p, side="right")
    estimates = _estimates(np.bincount(level, minlength=101)[None], m)[0]
    sampled = np.take(level, bootstrap.indices(m))
    sampled += 101 * np.arange(_SAMPLES)[:, None]
    counts = np.bincount(sampled.ravel(), minlength=101 * _SAMPLES).reshape(_SAMPLES, 101)
    error = ((_estimates(counts, _SAMPLE_SIZE) - estimates.min()) ** 2).sum(axis=0)
    return float(np.clip(estimates[np.argmin(error)], 0, 1))


def _estimates(counts: np.ndarray, m: int) -> np.ndarray:
    """pi0 at each lambda, float64 (samples, 100), from counts of levels, int (samples, 101)."""
    reaching = m - np.cumsum(counts[:, :-1], axis=1)
    return np.where(reaching > 0, reaching / ((1 - _LAMBDAS) * m), np.inf)


def q_values(p: np.ndarray, bootstrap: Bootstrap) -> np.ndarray:
    """Return the q-values, float64 (m,), of p-values, (m,), in their order."""
    order = np.argsort(p, kind="stable")
    ascending = np.asarray(p, dtype=np.float64)[order]
    m = len(ascending)
    scaled = np.minimum(1.0, pi0(ascending, bootstrap) * ascending * m / np.arange(1, m + 1))
    result = np.empty(m)
    result[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return result
