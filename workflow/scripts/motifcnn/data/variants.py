"""Variants of a VCF file, and the sequences of both alleles around them."""

import os
from typing import NamedTuple

import numpy as np
import pysam

from ..core.errors import UserError
from ..core.sequences import N_CODE, encode
from .peaks.genome import Genome, quiet
from .peaks.intervals import check_names


class Variant(NamedTuple):
    """One alternative allele: chromosome, 0-based position of its first letter, id ("." if none), and both alleles."""

    chrom: str
    position: int
    id: str
    reference: str
    alternative: str


class Alleles(NamedTuple):
    """The sequences of variants.

    Attributes
    ----------
    variants
        Those that have sequences, in the order of the file.
    reference, alternative
        uint8 (N, L), codes of `core.sequences`.
    left_out
        How many alleles have none: symbolic ones such as <DEL>, those on sequences that the genome does not have,
        those too near the end of a chromosome, and those whose reference is longer than the sequences.
    """

    variants: list[Variant]
    reference: np.ndarray
    alternative: np.ndarray
    left_out: int


def read_variants(path: str | os.PathLike) -> list[Variant]:
    """Read a VCF or BCF file, plain or compressed: an entry for each alternative allele, in the order of the file.

    Raises
    ------
    UserError
        The file is missing, damaged or not VCF, or has no variants.
    """
    if not os.path.isfile(path):
        raise UserError(f"the VCF file {path} does not exist")
    variants = []
    with quiet():
        try:
            with pysam.VariantFile(os.fspath(path)) as file:
                for record in file:
                    for allele in record.alts or ():
                        place = record.chrom, record.start, record.id or "."
                        variants.append(Variant(*place, record.ref.upper(), allele.upper()))
        except NotImplementedError:
            raise UserError(
                f"{path} is compressed with gzip, which cannot be read; unpack it with gunzip, or repack it with bgzip"
            ) from None
        except (OSError, ValueError) as error:
            raise UserError(
                f"{path} cannot be read as VCF or BCF; it must begin with ##fileformat=VCF, name its columns in "
                "a line #CHROM, and be whole"
            ) from error
    if not variants:
        raise UserError(f"{path} has no variants; give a file with alternative alleles")
    return variants


def allele_sequences(
    variants: list[Variant], path: str | os.PathLike, genome: Genome, length: int
) -> Alleles:
    """Take windows of `length` nt with either allele out of a genome.

    The reference allele lies in the middle. The alternative one begins at the same place; what follows is moved, so
    that insertions and deletions keep the length.

    Parameters
    ----------
    variants, path
        As `read_variants` returns them, and their file.
    genome
        An open genome.
    length
        Length of the sequences, nt.

    Raises
    ------
    UserError
        The file names chromosomes otherwise than the genome, a reference allele is not what the genome has, or no
        variant is left.
    """
    check_names(sorted({variant.chrom for variant in variants}), path, genome.lengths, genome.path)
    kept, reference, alternative = [], [], []
    for variant in variants:
        if variant.chrom not in genome.lengths or not set(variant.alternative) <= set("ACGTN"):
            continue
        begin = variant.position + len(variant.reference) // 2 - length // 2
        before = variant.position - begin
        behind = variant.position + len(variant.reference)
        # Deletions need more of what follows.
        end = max(begin + length, behind + length - before - len(variant.alternative))
        if begin < 0 or before < 0 or behind > begin + length or end > genome.lengths[variant.chrom]:
            continue
        codes = genome.codes(variant.chrom, begin, end)
        _check_reference(variant, codes[before : behind - begin], path, genome)
        changed = np.concatenate([codes[:before], encode(variant.alternative), codes[behind - begin :]])
        kept.append(variant)
        reference.append(codes[:length])
        alternative.append(changed[:length])
    if not kept:
        raise UserError(
            f"none of the {len(variants):,} alleles of {path} has {length:,} nt of {genome.path} around it; give others"
        )
    return Alleles(kept, np.stack(reference), np.stack(alternative), len(variants) - len(kept))


def _check_reference(variant: Variant, found: np.ndarray, path: str | os.PathLike, genome: Genome) -> None:
    stated = encode(variant.reference)
    if ((found != stated) & (found != N_CODE) & (stated != N_CODE)).any():
        letters = "".join("ACGTN"[code] for code in found)
        raise UserError(
            f"{path} has {variant.reference[:20]} as the reference at {variant.chrom}:{variant.position + 1:,}, where "
            f"{genome.path} has {letters[:20]}; is it of another assembly?"
        )
