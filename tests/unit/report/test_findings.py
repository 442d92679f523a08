from motifcnn.core.run_key import RunKey
from motifcnn.report.findings import agreement, key_findings, missing_runs
from motifcnn.results.published import Published, Value
from motifcnn.results.tables import table1


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
    return table1([run for group in groups for run in group], published, bootstrap=200)


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
        "none with relu (3 seeds, their 95% intervals apart)."
    )
    assert finding.details == (
        "Their test auPR is 0.800 and 0.800.",
        "It matters least in cnn-50: 90% with relu, 89% with exponential "
        "(undecided: with 3 seeds the 95% intervals overlap).",
        "As controls, matched by the same rules: all of the ground-truth motifs, at most 4% of the shuffled filters.",
    )


def test_two_seeds_and_one_seed_are_said_to_be_few():
    two = table(runs("d", "a", "relu", [0, 0]), runs("d", "a", "elu", [0.5, 0.6]))
    assert "two seeds, which is few, but apart" in key_findings(two)[0].lead
    one = table(runs("d", "a", "relu", [0]), runs("d", "a", "elu", [0.5]))
    assert "one seed, so the spread is unknown" in key_findings(one)[0].lead


def test_no_effect_and_no_certain_effect():
    none = table(runs("d", "a", "relu", [0, 0]), runs("d", "a", "elu", [0, 0]))
    assert key_findings(none)[0].lead == (
        "The activation makes no difference: in a, none of its filters match a relevant motif with relu, "
        "none with elu."
    )
    unsure = table(runs("d", "a", "relu", [0.1, 0.5, 0.9]), runs("d", "a", "elu", [0.2, 0.6, 0.4]))
    assert key_findings(unsure)[0].lead == (
        "No effect of the activation is certain; it is largest in a: 50% of its filters match a relevant motif with "
        "relu, 40% with elu (undecided: with 3 seeds the 95% intervals overlap)."
    )


def test_without_a_bootstrap_no_interval_is_claimed():
    made = table1([*runs("d", "a", "relu", [0, 0]), *runs("d", "a", "elu", [1, 1])], bootstrap=0)
    assert key_findings(made)[0].lead.endswith("(2 seeds; no interval was computed).")


def test_one_activation():
    one = table(runs("d", "a", "relu", [0.5, 0.5]))
    assert key_findings(one)[0].lead == "50% of the filters of a match a relevant motif (relu, 2 seeds)."
    several = table(runs("d", "a", "relu", [0.5] * 3), runs("d", "b", "relu", [0.004] * 3))
    assert key_findings(several)[0].lead == (
        "50% of the filters of a match a relevant motif, under 1% of those of b (3 seeds, their 95% intervals apart)."
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
        "The activation matters in a: 30% of its filters match a relevant motif with elu, 10% with relu "
        "(3 seeds, their 95% intervals apart)."
    )
    assert finding.details[1:] == (
        "Of the deeper layers, layer 2 of a (relu) differs most from its first layer: 90% of its filters match a "
        "relevant motif, 10% of the first layer's (3 seeds, their 95% intervals apart).",
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
        "The activation matters most in a: 30% of its filters match a relevant motif with elu, 10% with relu "
        "(3 seeds, their 95% intervals apart)."
    )
    assert (
        "It matters least in a, low: 90% with relu, 80% with elu (3 seeds, their 95% intervals apart)."
        in (finding.details)
    )
    assert (
        "Of the settings, low and the protocol as it stands differ most, in a (relu): 90% and 10% of its filters "
        "match a relevant motif (3 seeds, their 95% intervals apart)."
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
    made = table(runs("d", "a", "relu", [0.6, 0.6]), published=published)
    assert agreement(made) == [
        "2 published numbers have a counterpart here; 1 of ours lie within two published sd plus our own. "
        "Outside: d a relu, Match relevant +0.100. 1 more has no published sd and is not judged.",
        "The comparison is uneven: 2 seeds here against 5 seeds in the paper; a spread over few seeds is itself "
        "uncertain.",
    ]
    both = table(runs("d", "a", "relu", [0.6, 0.6]), runs("d", "b", "relu", [0.6]), published=published)
    assert agreement(both)[0].endswith("+0.100. 2 more have no published sd and are not judged.")
    # The number of seeds is said of what is judged.
    assert agreement(both)[1:] == agreement(made)[1:]
    assert agreement(table(runs("d", "b", "relu", [0.6]), published=published)) == [
        "1 published number has a counterpart here, but without a published sd nothing is judged."
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
    assert missing_runs(made, {"datasets": ["d"], "seeds": 1, "grid": grid}) == ["d a relu: 0 of 1 seeds"]
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
