"""What the tables say, in sentences computed from them: nothing here knows a paper or its outcome."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import comb
from typing import Any

import pandas as pd

from ..core.run_key import RunKey
from ..experiment.grid import unfold
from ..results.activation_pairs import activation_pairs
from ..results.comparison import compare, differs
from ..results.metrics import ATTRIBUTION_METRICS, METRICS, TABLE_METRICS, match_metric
from ..results.published import DERIVED, MEDIAN, Published
from ..results.statistics import LEVEL, p_in_words
from ..results.tables import GROUND_TRUTH

_MATCHES = {"match_relevant": "match a relevant motif", "match_any": "match a motif of the database"}
# More of them would be a table again.
_LISTED = 5


@dataclass(frozen=True)
class Finding:
    """What one dataset shows: the main sentence, and those that qualify it."""

    lead: str
    details: tuple[str, ...]


def key_findings(table: pd.DataFrame, ddof: int = 0) -> list[Finding]:
    """Say how the motifs depend on activation and architecture, and what bounds the numbers.

    Parameters
    ----------
    table
        The table of results, as `tables.read_table` returns it.
    ddof
        Of its sd.

    Returns
    -------
    list of Finding
        One per dataset that has trained networks. Two means count as different if Welch's test says so at
        p ≤ 0.05. Since the largest difference was looked for, p is adjusted: between activations over all
        comparisons of the dataset, planned or not (Holm); between settings or layers, times the number of
        pairs. Of one seed, the sentence says that nothing follows.
    """
    adjusted = {
        _pair(row, row["other"], row["metric"]): row["p_holm"]
        for _, row in activation_pairs(table, ddof=ddof).iterrows()
    }
    datasets = list(dict.fromkeys(table["dataset"]))
    findings = []
    for dataset in datasets:
        part = table[table["dataset"] == dataset]
        metric = match_metric(part["match_relevant_mean"])
        trained = part[(part["row"] == "trained") & part[f"{metric}_mean"].notna()]
        if not ddof:
            n = trained["n_seeds"]
            # One seed has no sd, whatever it is multiplied by.
            trained = trained.assign(**{f"{metric}_sd": trained[f"{metric}_sd"] * (n / (n - 1)) ** 0.5})
        if sentences := _about_networks(trained[trained["layer"] == 1], metric, adjusted):
            place = f"On {dataset}, " if len(datasets) > 1 else ""
            details = [
                *sentences[1:],
                *_about_settings(trained[trained["layer"] == 1], metric),
                *_about_layers(trained, metric),
                *_about_controls(part, metric),
            ]
            findings.append(Finding(_upper(place + sentences[0]), tuple(map(_upper, details))))
    return findings


def agreement(table: pd.DataFrame, attributions: pd.DataFrame | None = None) -> list[str]:
    """Say from how many published numbers ours differ.

    Parameters
    ----------
    table
        The table of results. Derived numbers are left out, since they repeat others, and so are undertrained
        networks. Those that could not be tested are counted apart.
    attributions
        The table of attributions, if there is one.

    Returns
    -------
    list of str
        Empty where nothing published has a counterpart of ours.
    """
    tested, untested, different = 0, 0, []
    ours = [(table[table["row"] == "trained"], TABLE_METRICS)]
    if attributions is not None:
        ours.append((attributions, ATTRIBUTION_METRICS))
    cells = ((row, name) for part, names in ours for _, row in part.iterrows() for name in names)
    for row, metric in cells:
        deviation = row[f"{metric}_deviation"]
        if pd.isna(deviation) or row["n_undertrained"] or row[f"{metric}_kind"] == DERIVED:
            continue
        if pd.isna(row[f"{metric}_p"]):
            untested += 1
            continue
        tested += 1
        if differs(row, metric):
            key, about = RunKey.of(row), METRICS[metric]
            what = " ".join(filter(None, (about.title, row.get("method") and f"of {row['method']}")))
            different.append(f"{key.dataset} {key.network}, {what} {about.format_deviation(deviation)}")
    if not tested:
        numbers = "number has" if untested == 1 else "numbers have"
        alone = f"{untested} published {numbers} a counterpart here, but none can be tested: "
        return [alone + "that takes a spread over seeds on both sides."] if untested else []
    text = f"{tested} of our numbers {'was' if tested == 1 else 'were'} tested against published ones "
    text += f"(Welch's test, adjusted by Holm's method): {len(different) or 'none'} "
    text += "differs" if len(different) < 2 else "differ"
    if different:
        more = f"; and {len(different) - _LISTED} more" if len(different) > _LISTED else ""
        text += f", {'; '.join(different[:_LISTED])}{more}"
    text += "."
    if untested:
        text += f" {untested} more could not be tested for want of a spread over seeds on both sides."
    return [text, *_other_seeds(table)]


def undertrained(table: pd.DataFrame, published: Published | None, stops_early: bool = True) -> str:
    """Say which networks were trained too briefly to conclude anything from them; "" if none was.

    Without published values and early stopping, they were trained for as long as the user wanted.
    """
    trained = table[(table["row"] == "trained") & (table["layer"] == 1)]
    short = trained[trained["n_undertrained"] > 0]
    if short.empty or not (published or stops_early):
        return ""
    epochs = _counts(sorted(set(short["max_epochs"].dropna().astype(int))), "epoch")
    who = (
        "All networks were" if len(short) == len(trained) else f"{len(short)} of {len(trained)} networks were"
    )
    why = "and ended there, not because they had stopped improving"
    if published and published.epochs:
        why = f"where {published.name} allows {published.epochs}"
    follows = (
        "Their numbers are shown beside the published ones, but not tested, and no statement about them is judged."
        if published
        else "With more epochs, their numbers may be others."
    )
    return f"{who} trained for at most {epochs}, {why}. {follows}"


def missing_runs(table: pd.DataFrame, config: Mapping[str, Any]) -> list[str]:
    """Name the networks whose number of seeds in the table is not the one that the configuration asks for.

    A deeper layer is named where its first layer is there. A configuration without datasets, grid
    or seeds asks for nothing.
    """
    if not {"datasets", "grid", "seeds"} <= set(config):
        return []
    done = {RunKey.of(row): row["n_seeds"] for _, row in table[table["row"] == "trained"].iterrows()}
    expected = Counter(key.over_seeds for key in unfold(config))
    missing = []
    for key, count in expected.items():
        first, found = (done.get(one, 0) for one in (key.run, key))
        is_said_already = key.layer > 1 and found == first
        if found != count and not is_said_already:
            missing.append(f"{key.dataset} {key.network}: {found} of {_counts([count], 'seed')}")
    return missing


def _about_networks(trained: pd.DataFrame, metric: str, adjusted: Mapping[tuple, float]) -> list[str]:
    mean = f"{metric}_mean"
    what = _MATCHES[metric]

    def p_of(one: pd.Series, other: pd.Series) -> float:
        p = adjusted[_pair(one, other["activation"], metric)]
        return 1.0 if pd.isna(p) else p

    pairs = []
    for _, rows in trained.groupby(["architecture", "setting"], sort=False):
        if len(rows) > 1:
            best = rows.loc[rows[mean].idxmax()]
            worst = rows.loc[rows.drop(index=best.name)[mean].idxmin()]
            pairs.append((_without_activation(best), best, worst))
    if not pairs:
        rows = trained.sort_values(mean, ascending=False, kind="stable")
        return [_one_activation(rows, metric)] if len(rows) else []
    pairs.sort(key=lambda pair: pair[2][mean] - pair[1][mean])
    architecture, best, worst = pairs[0]
    p = p_of(best, worst)
    shares = f"{_share(best[mean])} of its filters {what} with {best['activation']}"
    shares += f", {_share(worst[mean])} with {worst['activation']}"
    if _n_seeds(best, worst) < 2:
        lead = f"one seed: no conclusion about the activation. The largest difference is in {architecture}: {shares}."
    elif best[mean] == worst[mean]:
        lead = f"no effect of the activation is seen: in {architecture}, {shares}."
    elif p > 1 - LEVEL:
        lead = f"no effect of the activation is certain; it is largest in {architecture}: {shares}"
        lead += f"{_certainty(best, worst, p)}."
    else:
        lead = f"the activation matters{' most' if len(pairs) > 1 else ''} in {architecture}: {shares}"
        lead += f"{_certainty(best, worst, p)}."
    sentences = [lead]
    theirs = [row[f"{metric}_published"] for row in (best, worst)]
    if not any(map(pd.isna, theirs)):
        what = " medians" if MEDIAN in (row[f"{metric}_kind"] for row in (best, worst)) else ""
        sentences.append(f"published{what} for these two: {_share(theirs[0])} and {_share(theirs[1])}.")
    auprs = [row["aupr_mean"] for row in (best, worst)]
    if not any(map(pd.isna, auprs)):
        sentences.append(f"their test auPR is {auprs[0]:.3f} and {auprs[1]:.3f}.")
    if len(pairs) > 1:
        architecture, best, worst = pairs[-1]
        sentences.append(
            f"it matters least in {architecture}: {_share(best[mean])} with {best['activation']}, "
            f"{_share(worst[mean])} with {worst['activation']}{_certainty(best, worst, p_of(best, worst))}."
        )
    return sentences


def _pair(row: pd.Series, other: str, metric: str) -> tuple[RunKey, frozenset[str], str]:
    """Return what names the comparison of a network's activation with another one, whichever comes first."""
    return RunKey.of(row)._replace(activation=""), frozenset((row["activation"], other)), metric


def _one_activation(rows: pd.DataFrame, metric: str) -> str:
    best, worst, mean = rows.iloc[0], rows.iloc[-1], f"{metric}_mean"
    text = f"{_share(best[mean])} of the filters of {_without_activation(best)} {_MATCHES[metric]}"
    if len(rows) == 1:
        seeds = "one seed" if best["n_seeds"] == 1 else f"{best['n_seeds']} seeds"
        return f"{text} ({best['activation']}, {seeds})."
    certainty = _certainty(best, worst, _p(best, worst, metric, comb(len(rows), 2)))
    return f"{text}, {_share(worst[mean])} of those of {_without_activation(worst)}{certainty}."


def _without_activation(row: pd.Series) -> str:
    return RunKey.of(row).network_without_activation


def _about_settings(trained: pd.DataFrame, metric: str) -> list[str]:
    """Where two settings of one network differ most."""
    mean, pairs, tests = f"{metric}_mean", [], 0
    for _, rows in trained.groupby(["architecture", "activation"], sort=False):
        if rows["setting"].nunique() > 1:
            tests += comb(len(rows), 2)
            rows = rows.sort_values(mean, ascending=False, kind="stable")
            pairs.append((rows.iloc[0], rows.iloc[-1]))
    if not pairs:
        return []
    best, worst = max(pairs, key=lambda pair: pair[0][mean] - pair[1][mean])
    high, low = (row["setting"] or "the protocol as it stands" for row in (best, worst))
    return [
        f"of the settings, {high} and {low} differ most, in {best['architecture']} ({best['activation']}): "
        f"{_share(best[mean])} and {_share(worst[mean])} of its filters {_MATCHES[metric]}"
        f"{_certainty(best, worst, _p(best, worst, metric, tests))}."
    ]


def _about_layers(trained: pd.DataFrame, metric: str) -> list[str]:
    """Where a deeper layer differs most from the first one of its network."""
    mean, pairs = f"{metric}_mean", []
    first = {RunKey.of(row): row for _, row in trained[trained["layer"] == 1].iterrows()}
    for _, deeper in trained[trained["layer"] > 1].iterrows():
        if (network := RunKey.of(deeper).run) in first:
            pairs.append((deeper, first[network]))
    if not pairs:
        return []
    deeper, shallow = max(pairs, key=lambda pair: abs(pair[0][mean] - pair[1][mean]))
    best, worst = sorted((deeper, shallow), key=lambda row: row[mean], reverse=True)
    name = f"{RunKey.of(deeper).run.network_without_activation} ({deeper['activation']})"
    return [
        f"of the deeper layers, layer {deeper['layer']} of {name} differs most from its first layer: "
        f"{_share(deeper[mean])} of its filters {_MATCHES[metric]}, {_share(shallow[mean])} of the first "
        f"layer's{_certainty(best, worst, _p(best, worst, metric, len(pairs)))}."
    ]


def _about_controls(part: pd.DataFrame, metric: str) -> list[str]:
    mean, bounds = f"{metric}_mean", []
    truth = part.loc[part["row"] == GROUND_TRUTH, mean].dropna()
    if len(truth):
        bounds.append(f"{_share(truth.iloc[0])} of the ground-truth motifs")
    for row in ("untrained", "shuffled"):
        values = part.loc[part["row"] == row, mean].dropna()
        if len(values):
            share = _share(values.max())
            bounds.append(f"{share if share == 'none' else 'at most ' + share} of the {row} filters")
    if not bounds:
        return []
    return [f"as controls, matched by the same rules: {', '.join(bounds)}."]


def _n_seeds(best: pd.Series, worst: pd.Series) -> int:
    return min(best["n_seeds"], worst["n_seeds"])


def _p(best: pd.Series, worst: pd.Series, metric: str, tests: int) -> float:
    """p of a difference that is the largest or smallest of several."""
    return min(tests * compare(best, worst, metric, ddof=1), 1.0)


def _certainty(best: pd.Series, worst: pd.Series, p: float) -> str:
    n = _n_seeds(best, worst)
    if n < 2:
        return " (one seed: no conclusion)"
    undecided = "" if p <= 1 - LEVEL else "undecided with "
    return f" ({undecided}{n} seeds, {p_in_words(p)})"


def _other_seeds(table: pd.DataFrame) -> list[str]:
    pairs = set()
    for metric in TABLE_METRICS:
        counts = table.loc[table[f"{metric}_p"].notna(), ["n_seeds", f"{metric}_published_n_seeds"]]
        pairs |= {(ours, int(theirs)) for ours, theirs in counts.itertuples(index=False) if ours != theirs}
    if not pairs:
        return []
    ours, theirs = (_counts(sorted(set(side)), "seed") for side in zip(*pairs, strict=True))
    return [
        f"The comparison is uneven: {ours} here against {theirs} in the paper; a spread over few seeds is itself "
        "uncertain."
    ]


def _counts(numbers: Iterable[int], what: str) -> str:
    numbers = list(numbers)
    return f"{' or '.join(map(str, numbers))} {what}{'' if numbers == [1] else 's'}"


def _share(value: float) -> str:
    if value == 0:
        return "none"
    if value == 1:
        return "all"
    percent = f"{100 * value:.0f}"
    if percent in ("0", "100"):
        return "under 1%" if percent == "0" else "over 99%"
    return f"{percent}%"


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
