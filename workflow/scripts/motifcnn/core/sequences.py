"""DNA as numbers: A, C, G, T = 0, 1, 2, 3 and N (anything else) = 4, in uint8."""

import numpy as np

ALPHABET = "ACGT"
N_CODE = 4

_ENCODE = np.full(256, N_CODE, dtype=np.uint8)
for _code, _letter in enumerate(ALPHABET):
    _ENCODE[ord(_letter)] = _ENCODE[ord(_letter.lower())] = _code
_DECODE = np.frombuffer(b"ACGTN", dtype=np.uint8)
_COMPLEMENT = np.array([3, 2, 1, 0, N_CODE], dtype=np.uint8)
_ONE_HOT = np.vstack([np.eye(4, dtype=np.float32), np.zeros((1, 4), dtype=np.float32)])


def encode(text: str | bytes) -> np.ndarray:
    """Return the codes of a sequence, uint8 of shape (length,); case is ignored."""
    raw = text.encode("ascii", "replace") if isinstance(text, str) else text
    return _ENCODE[np.frombuffer(raw, dtype=np.uint8)]


def decode(codes: np.ndarray) -> str:
    """Return the sequence that `codes`, uint8 of shape (length,), stand for."""
    return _DECODE[np.asarray(codes)].tobytes().decode("ascii")


def reverse_complement(codes: np.ndarray) -> np.ndarray:
    """Return the reverse complements of `codes`, uint8 of shape (..., length); N stays N."""
    return _COMPLEMENT[np.asarray(codes)[..., ::-1]]


def one_hot(codes: np.ndarray) -> np.ndarray:
    """Return the one-hot encoding of `codes`, float32 of shape (..., length, 4), columns A, C, G, T; N is all zeros."""
    return _ONE_HOT[np.asarray(codes)]
