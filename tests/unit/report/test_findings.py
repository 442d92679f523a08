from motifcnn.core.run_key import RunKey
from motifcnn.report.findings import _share, agreement, key_findings, missing_runs, undertrained
from motifcnn.results.activation_pairs import activation_pairs
from motifcnn.results.published import Published, Value
from motifcnn.results.tables import results_table


def summary(dataset, architecture, activation, seed, relevant, aupr=0.8, layer=1, **more):
    def variant(value):
        return {"match_any": 0.5, "match_relevant": value}

    return {
        "dataset": dataset,
        "architecture": architecture,
        "activation": activation,
        "layer": layer,
        "seed": seed,
        "n_filters": 30,
        "auroc": 0.9,
        "aupr": aupr,
        "variants": {"trained": variant(relevant)} | {name: variant(value) for name, value in more.items()},
    }


def runs(dataset, architecture, activation, values, **more):
    return [
        summary(dataset, architecture, activation, seed, value, **more)
        for seed, value in enumerate(values, 1)
    ]


def table(*groups, published=None):
    return results_table([run for group in groups for run in group], published)


def test_the_largest_effect_comes_first():
    made = table(
        runs("d", "cnn-2", "relu", [0, 0, 0], shuffled=0.02),
        runs("d", "cnn-2", "exponential", [0.9, 0.95, 1.0], shuffled=0.04),
        runs("d", "cnn-50", "relu", [0.8, 0.9, 1.0]),
        runs("d", "cnn-50", "exponential", [0.85, 0.9, 0.92]),
        [summary("d", "ground_truth", "", 0, 1.0)],
    )
    (finding,) = key_findings(made)
    assert finding.lead == (
        "The activation matters most in cnn-2: 95% of its filters match a relevant motif with exponential, "
        "none with relu (3 seeds, p < 0.001)."
    )
    assert finding.details == (
        "Their test auPR is 0.800 and 0.800.",
        "It matters least in cnn-50: 90% with relu, 89% with exponential (undecided with 3 seeds, p = 1.00).",
        "As controls, matched by the same rules: all of the ground-truth motifs, at most 4% of the shuffled filters.",
    )


def test_two_seeds_may_decide_and_one_never_does():
    two = table(runs("d", "a", "relu", [0, 0]), runs("d", "a", "elu", [0.9, 0.9]))
    assert key_findings(two)[0].lead.endswith(
        "90% of its filters match a relevant motif with elu, none with relu (2 seeds, p = 0.03)."
    )
    close = table(runs("d", "a", "relu", [0, 0]), runs("d", "a", "elu", [0.5, 0.6]))
    assert key_findings(close)[0].lead.startswith("No effect of the activation is certain")
    one = table(
        runs("d", "a", "relu", [0, 0]),
        runs("d", "a", "elu", [0.5]),
        runs("d", "b", "relu", [0.1, 0.1]),
        runs("d", "b", "elu", [0.1]),
    )
    (finding,) = key_findings(one)
    assert finding.lead == (
        "One seed: no conclusion about the activation. The largest difference is in a: 50% of its filters match a "
        "relevant motif with elu, none with relu."
    )
    assert "It matters least in b: 10% with relu, 10% with elu (one seed: no conclusion)." in finding.details


def test_the_largest_of_several_differences_is_adjusted_for_their_number():
    pair = [runs("d", "a", "relu", [0, 0]), runs("d", "a", "elu", [0.9, 0.9])]
    lead = key_findings(
        table(*pair, *(runs("d", b, act, [0.5] * 9) for b in "bcde" for act in ("relu", "elu")))
    )[0].lead
    assert lead.startswith("No effect of the activation is certain; it is largest in a")
    assert lead.endswith("(undecided with 2 seeds, p = 0.13).")


def test_the_lead_and_the_comparisons_agree():
    made = table(runs("d", "a", "relu", [0, 0, 0]), runs("d", "a", "elu", [0.25, 0.25, 0.2]))
    pairs = activation_pairs(made)
    share = pairs[pairs["metric"] == "match_relevant"].iloc[0]
    # Alone it would differ, among two comparisons it does not.
    assert share["p"] <= 0.05 < share["p_holm"]
    lead = key_findings(made)[0].lead
    assert lead.startswith("No effect of the activation is certain")
    assert lead.endswith(f"(undecided with 3 seeds, p = {share['p_holm']:.2g}).")


def test_of_equals_the_first_is_named():
    made = table(
        *(runs("d", "a", name, [value] * 3) for name, value in (("relu", 0), ("tanh", 0), ("exp", 0.9)))
    )
    assert "90% of its filters match a relevant motif with exp, none with relu" in key_findings(made)[0].lead


def test_the_sd_is_taken_for_what_it_is():
    made = table(runs("d", "a", "relu", [0.1, 0.5, 0.9]), runs("d", "a", "elu", [0.1, 0.9, 0.2]))
    sample = results_table(
        [*runs("d", "a", "relu", [0.1, 0.5, 0.9]), *runs("d", "a", "elu", [0.1, 0.9, 0.2])], ddof=1
    )
    assert key_findings(made) == key_findings(sample, ddof=1)


def test_no_effect_and_no_certain_effect():
    none = table(runs("d", "a", "relu", [0, 0]), runs("d", "a", "elu", [0, 0]))
    assert key_findings(none)[0].lead == (
        "No effect of the activation is seen: in a, none of its filters match a relevant motif with relu, "
        "none with elu."
    )
    unsure = table(runs("d", "a", "relu", [0.1, 0.5, 0.9]), runs("d", "a", "elu", [0.2, 0.6, 0.4]))
    assert key_findings(unsure)[0].lead == (
        "No effect of the activation is certain; it is largest in a: 50% of its filters match a relevant motif with "
        "relu, 40% with elu (undecided with 3 seeds, p = 1.00)."
    )


def test_one_activation():
    one = table(runs("d", "a", "relu", [0.5, 0.5]))
    assert key_findings(one)[0].lead == "50% of the filters of a match a relevant motif (relu, 2 seeds)."
    several = table(runs("d", "a", "relu", [0.5] * 3), runs("d", "b", "relu", [0.004] * 3))
    assert key_findings(several)[0].lead == (
        "50% of the filters of a match a relevant motif, under 1% of those of b (3 seeds, p = 0.008)."
    )


def test_a_finding_per_dataset_and_any_match_where_nothing_is_relevant():
    made = table(runs("x", "a", "relu", [None, None]), runs("y", "a", "relu", [0.1, 0.1]))
    assert [finding.lead for finding in key_findings(made)] == [
        "On x, 50% of the filters of a match a motif of the database (relu, 2 seeds).",
        "On y, 10% of the filters of a match a relevant motif (relu, 2 seeds).",
    ]


def test_activations_are_compared_in_the_first_layer_and_layers_within_a_network():
    made = table(
        runs("d", "a", "relu", [0.1, 0.1, 0.1]),
        runs("d", "a", "relu", [0.8, 0.9, 1.0], layer=2),
        runs("d", "a", "relu", [0.2, 0.2, 0.2], layer=3),
        runs("d", "a", "elu", [0.3, 0.3, 0.3]),
        runs("d", "a", "elu", [0.2, 0.3, 0.4], layer=2),
    )
    (finding,) = key_findings(made)
    assert finding.lead == (
        "No effect of the activation is certain; it is largest in a: 30% of its filters match a relevant motif with "
        "elu, 10% with relu (undecided with 3 seeds, p = 0.066)."
    )
    assert finding.details[1:] == (
        "Of the deeper layers, layer 2 of a (relu) differs most from its first layer: 90% of its filters match a "
        "relevant motif, 10% of the first layer's (3 seeds, p = 0.003).",
    )


def test_activations_are_compared_within_a_setting_and_settings_within_a_network():
    low = [*runs("d", "a", "relu", [0.9, 0.9, 0.9]), *runs("d", "a", "elu", [0.8, 0.8, 0.8])]
    made = table(
        runs("d", "a", "relu", [0.1, 0.1, 0.1]),
        runs("d", "a", "elu", [0.3, 0.3, 0.3]),
        [run | {"setting": "low"} for run in low],
    )
    (finding,) = key_findings(made)
    assert finding.lead == (
        "No effect of the activation is certain; it is largest in a: 30% of its filters match a relevant motif "
        "with elu, 10% with relu (undecided with 3 seeds, p = 0.10)."
    )
    assert "It matters least in a, low: 90% with relu, 80% with elu (undecided with 3 seeds, p = 0.28)." in (
        finding.details
    )
    assert (
        "Of the settings, low and the protocol as it stands differ most, in a (relu): 90% and 10% of its filters "
        "match a relevant motif (3 seeds, p < 0.001)."
    ) in finding.details


def test_agreement_counts_what_is_not_derived():
    published = Published(
        name="P",
        citation="P",
        url="",
        values={
            (RunKey("d", "a", "relu"), "match_relevant"): Value(0.5, 0.01, "exact", "t", 5),
            (RunKey("d", "a", "relu"), "aupr"): Value(0.8, 0.01, "exact", "t", 5),
            (RunKey("d", "a", "relu"), "match_any"): Value(0.1, 0.0, "derived", "t", 5),
            (RunKey("d", "a", "relu"), "auroc"): Value(0.1, None, "single_run", "t", 1),
            (RunKey("d", "b", "relu"), "match_relevant"): Value(0.1, None, "approx", "t", 3),
        },
    )
    made = table(runs("d", "a", "relu", [1.0, 1.0]), published=published)
    assert agreement(made) == [
        "2 of our numbers were tested against published ones (Welch's test, adjusted by Holm's method): 1 differs, "
        "d a relu, Match relevant +0.500. 1 more could not be tested for want of a spread over seeds on both sides.",
        "The comparison is uneven: 2 seeds here against 5 seeds in the paper; a spread over few seeds is itself "
        "uncertain.",
    ]
    both = table(runs("d", "a", "relu", [1.0, 1.0]), runs("d", "b", "relu", [0.6]), published=published)
    assert agreement(both)[0].endswith(
        "+0.500. 2 more could not be tested for want of a spread over seeds on both sides."
    )
    # The number of seeds is said of what is judged.
    assert agreement(both)[1:] == agreement(made)[1:]
    assert agreement(table(runs("d", "b", "relu", [0.6]), published=published)) == [
        "1 published number has a counterpart here, but none can be tested: that takes a spread over seeds on both "
        "sides."
    ]
    assert agreement(table(runs("d", "a", "relu", [0.6]))) == []


def test_missing_runs():
    made = table(runs("d", "a", "relu", [0.5, 0.5]))
    grid = [
        {"architectures": ["a"], "activations": ["relu", "elu"]},
        {"architectures": ["b"], "activations": ["relu"], "seeds": [3, 4, 5], "datasets": ["d"]},
    ]
    config = {"datasets": ["d"], "seeds": 2, "grid": grid}
    assert missing_runs(made, config) == ["d a elu: 0 of 2 seeds", "d b relu: 0 of 3 seeds"]
    assert missing_runs(made, {}) == []
    # Nor may there be more than were planned.
    fewer = config | {"seeds": 1, "grid": [{"architectures": ["a"], "activations": ["relu"]}]}
    assert missing_runs(made, fewer) == ["d a relu: 2 of 1 seed"]


def test_what_was_trained_too_briefly_is_said():
    brief = [run | {"max_epochs": 20, "stopped": "epochs"} for run in runs("d", "a", "relu", [0.5, 0.5])]
    full = [run | {"max_epochs": 200, "stopped": "patience"} for run in runs("d", "b", "relu", [0.5, 0.5])]
    known = Published("P 2019", "P", "", epochs=200)
    made = table(brief, full, published=known)
    assert undertrained(made, known) == (
        "1 of 2 networks were trained for at most 20 epochs, where P 2019 allows 200. Their numbers are shown beside "
        "the published ones, but not tested, and no statement about them is judged."
    )
    value = {(RunKey("d", "a", "relu"), "aupr"): Value(0.5, 0.01, "exact", "t", 5)}
    # Nor are its numbers among those that could be tested.
    assert agreement(table(brief, published=Published("P", "P", "", epochs=200, values=value))) == []
    assert undertrained(table(brief, published=known), known).startswith("All networks were trained")
    unknown = Published("P 2019", "P", "")
    said = undertrained(table(brief, full, published=unknown), unknown)
    assert "at most 20 epochs, and ended there, not because they had stopped improving." in said
    assert undertrained(table(full, published=known), known) == ""
    alone = "All networks were trained for at most 20 epochs, and ended there, not because they had stopped improving. "
    assert undertrained(table(brief), None) == alone + "With more epochs, their numbers may be others."
    # Nothing could have stopped them.
    assert undertrained(table(brief), None, stops_early=False) == ""
    assert undertrained(table(brief, published=known), known, stops_early=False) != ""


def test_a_deeper_layer_is_missing_only_where_its_first_layer_is_there():
    grid = [
        {"architectures": ["a"], "activations": ["relu"], "layers": [1, 2, 3]},
        {"architectures": ["b"], "activations": ["relu"], "layers": [1, 2]},
    ]
    config = {"datasets": ["d"], "seeds": 2, "grid": grid}
    made = table(
        runs("d", "a", "relu", [0.5, 0.5]),
        runs("d", "a", "relu", [0.5], layer=2),
        runs("d", "b", "relu", [0.5]),
        runs("d", "b", "relu", [0.5], layer=2),
    )
    assert missing_runs(made, config) == [
        "d a relu, layer 2: 1 of 2 seeds",
        "d a relu, layer 3: 0 of 2 seeds",
        "d b relu: 1 of 2 seeds",
    ]
    # A block without the first layer asks for it all the same, since it is made.
    made = table(runs("d", "a", "relu", [0.5], layer=2))
    grid = [{"architectures": ["a"], "activations": ["relu"], "layers": [2]}]
    assert missing_runs(made, {"datasets": ["d"], "seeds": 1, "grid": grid}) == ["d a relu: 0 of 1 seed"]
    assert missing_runs(made, {"datasets": ["d"], "seeds": 3, "grid": grid}) == [
        "d a relu: 0 of 3 seeds",
        "d a relu, layer 2: 1 of 3 seeds",
    ]


def test_seeds_of_a_network_are_counted_over_blocks_and_only_the_datasets_of_a_part():
    """A part of the report is about fewer datasets, but its grid still names all of them."""
    grid = [
        {"architectures": ["a"], "activations": ["relu"], "seeds": [1, 2]},
        {"architectures": ["a"], "activations": ["relu"], "seeds": [5], "datasets": ["e", "d"]},
        {"architectures": ["b"], "activations": ["relu"], "datasets": ["e"]},
    ]
    config = {"datasets": ["d", "e"], "seeds": 4, "grid": grid}
    made = table(runs("d", "a", "relu", [0.5]))
    of_d, of_e = ["d a relu: 1 of 3 seeds"], ["e a relu: 0 of 3 seeds", "e b relu: 0 of 4 seeds"]
    assert missing_runs(made, config) == of_d + of_e
    assert missing_runs(made, config | {"datasets": ["d"]}) == of_d
    assert missing_runs(made, config | {"datasets": ["e"]}) == of_e


def test_shares_are_rounded_not_cut():
    # In binary, 100 times each of these is a little less than a whole number.
    assert [_share(value) for value in (0.29, 0.57, 0.579, 0.004, 0.996)] == [
        "29%",
        "57%",
        "58%",
        "under 1%",
        "over 99%",
    ]
