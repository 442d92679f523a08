import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from matplotlib.figure import Figure
from motifcnn.core.errors import UserError
from motifcnn.core.run_key import RunKey
from motifcnn.report.figures.style import save
from motifcnn.report.page import motif_matrices, render_report
from motifcnn.report.provenance import read_provenance
from motifcnn.results.activation_pairs import activation_pairs
from motifcnn.results.attribution_scores import attribution_table
from motifcnn.results.metrics import ATTRIBUTION_METRICS
from motifcnn.results.published import Published, Value
from motifcnn.results.statements import Statement
from motifcnn.results.tables import motifs_found, results_table
from motifcnn.results.verdicts import judge
from toys.described import described
from toys.run_files import write_filters

PUBLISHED = Published(
    name="A & B 2019",
    citation="A & B. A title.",
    url="https://doi.org/10.1/ab",
    notes=("A note.",),
    values={(RunKey("d", "cnn-2", "relu"), "match_relevant"): Value(0.5, 0.01, "exact", "Table 1", 5)},
    shares={(RunKey("d", "cnn-2", "relu"), "SP1"): 0.8},
)
CONFIG = {"experiment": "mine", "title": "A <title>", "seeds": 2, "protocol": {"matching": {"evalue": 0.05}}}


def summary(seed, relevant, motifs, dataset="d", architecture="cnn-2", layer=1):
    values = {"match_any": 0.9, "match_relevant": relevant, "motifs": motifs, "motifs_total": len(motifs)}
    run = {
        "dataset": dataset,
        "architecture": architecture,
        "activation": "relu",
        "seed": seed,
        "layer": layer,
    }
    return run | {"n_filters": 10, "auroc": 0.9, "aupr": 0.8, "variants": {"trained": values}}


RUNS = [summary(1, 0.4, {"SP1": 1, "YY1": 0}), summary(2, 0.6, {"SP1": 2, "YY1": 1})]


class Page(HTMLParser):
    """Tags that are left open, everything that a browser would fetch, and the ids."""

    VOID = ("meta", "img", "link", "br", "input", "hr")

    def __init__(self, html):
        super().__init__()
        self.open, self.fetched, self.ids, self.links, self.tags = [], [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "a":
            self.links.append(attrs["href"])
        self.fetched += [attrs[key] for key in ("src", "srcset", "data", "poster") if key in attrs]
        if tag == "link":
            self.fetched.append(attrs.get("href"))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def render(runs=RUNS, published=None, config=None, **more):
    table = results_table(runs, published)
    config = CONFIG if config is None else config
    return render_report(
        {"table1": table}, motifs_found(runs, published), config, published=published, **more
    )


@pytest.fixture
def picture(tmp_path):
    def draw(name):
        figure = Figure(figsize=(2, 1))
        figure.subplots().plot([1, 2])
        save(figure, tmp_path / name)
        return tmp_path / name

    return draw


def test_the_page_is_whole_and_loads_nothing(picture):
    names = ("matches.svg", "logos-1.png", "logos-2.png", "learning_curves.svg", "precision_recall.png")
    html = render(published=PUBLISHED, figures=[picture(name) for name in names])
    page = Page(html)
    assert page.open == []
    assert len(page.fetched) == 5
    assert all(re.match(r"data:image/(png|svg\+xml);base64,", source) for source in page.fetched)
    # One script, on the page itself: what it fetches would be among `fetched`.
    assert page.tags.count("script") == 1
    assert "fetch(" not in html
    assert "import(" not in html
    assert "@import" not in html
    assert "url(" not in html
    assert len(set(page.ids)) == len(page.ids)
    # Links lead to a place on the page or to a paper.
    for link in page.links:
        assert link.startswith("https://doi.org/") or link.removeprefix("#") in page.ids


def test_a_filter_leads_to_its_logo_match_importance_and_curve(tmp_path, picture):
    (tmp_path / "d").mkdir()
    figures = [picture(f"d/{name}.png") for name in ("logos-3", "logos-2", "importance", "precision_recall")]
    folder = write_filters(tmp_path, 1)
    names = ("summary.json", "matches.tsv", "filters.meme", "importance.tsv")
    html = render(figures=figures, filters=[folder / name for name in names])
    page = Page(html)
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)
    row = html[html.index('id="filters-1-filter1"') : html.index('id="filters-1-filter2"')]
    assert re.findall('href="#([^"]+)">', row) == [
        "d-logos-3",
        "motifs-d",
        "d-importance",
        "d-precision_recall",
    ]
    assert row.count('<use href="#letter-A"') == 5
    # Every link and every letter finds its place on the page; rows are in their section.
    for place in [*page.links, *re.findall('<use href="([^"]+)"', html)]:
        assert place.startswith("https://doi.org/") or place.removeprefix("#") in page.ids
    assert html.index('id="what-the-filters-look-like"') < html.index('id="filters-1-filter1"')
    assert html.index('id="filters-1-filter1"') < html.index('id="what-the-network-uses"')
    # Without figures of importance and curves, their cells are plain.
    alone = render(figures=figures[:1], filters=[folder / name for name in names])
    assert "#d-importance" not in Page(alone).links


def test_attribution_logos_say_of_which_architecture_they_are(picture):
    html = render(figures=[picture("attribution_logos-cnn-2.png")])
    assert '<h2 id="attribution-logos">Attribution logos</h2>' in html
    assert 'alt="cnn-2. What each attribution method says' in html
    assert '<figure class="sheet narrow" id=' in html


def test_planted_motifs_in_attributions():
    about = {
        "dataset": "synthetic",
        "architecture": "cnn-2",
        "activation": "relu",
        "seed": 1,
        "sequences": 500,
    }
    scores = dict.fromkeys(ATTRIBUTION_METRICS) | {"attribution_auroc": 0.812, "attribution_aupr": 0.5}
    table = attribution_table([about | scores | {"method": "<saliency>", "target": "bound"}])
    html = render(attributions=table)
    assert Page(html).open == []
    assert '<h2 id="attributions">Planted motifs in attributions</h2>' in html
    assert '<td class="who">&lt;saliency&gt;</td>' in html
    assert "0.812" in html
    assert 'id="attributions"' not in render()
    # Published numbers of attributions are counterparts, too.
    value = Value(0.771, 0.0132, "exact", "Table 1", 10)
    theirs = {(RunKey("synthetic", "cnn-2", "relu"), "attribution_auroc", "mine"): value}
    theirs = replace(PUBLISHED, values=theirs)
    table = attribution_table([about | scores | {"method": "mine", "target": "bound"}], theirs)
    html = render(attributions=table, published=theirs)
    assert re.search(r'0\.771 ± 0\.013 <span class="deviation">\(\+0\.041\)', html)
    assert "has a counterpart here." not in html


def test_activations_are_compared_by_attributions_below_their_table():
    about = {"dataset": "d", "architecture": "cnn-2", "method": "saliency", "target": "bound", "sequences": 5}
    table = attribution_table(
        about | {"activation": name, "seed": seed, "attribution_auroc": value + seed / 100}
        for name, value in (("relu", 0.7), ("elu", 0.8))
        for seed in (1, 2, 3)
    )
    results = results_table(RUNS)
    html = render(attributions=table, pairs=activation_pairs(results, None, table))
    assert Page(html).open == []
    below = html[html.index('<h3 id="attribution-pairs">') :]
    assert html.index('id="attributions"') < html.index('id="attribution-pairs"')
    assert "<p>The auROC of each network’s activations" in below
    assert '<th scope="row">elu</th><td>relu</td>' in below
    assert "<strong>+0.100</strong>" in below
    assert "1 of 1 comparisons differ" in below
    # RUNS have one activation: no filters to compare.
    assert 'id="pairs"' not in html
    assert 'id="attribution-pairs"' not in render(attributions=table, pairs=activation_pairs(results))


def test_a_proxy_is_called_one():
    about = {"dataset": "d", "architecture": "cnn-2", "activation": "relu", "seed": 1, "sequences": 5}
    about |= {"method": "saliency", "target": "bound"}
    proxy = dict.fromkeys(("proxy_auroc", "proxy_aupr", "proxy_snr"), 0.6)
    html = render(attributions=attribution_table([about | proxy]))
    assert '<h2 id="attributions">Motif hits in attributions, a proxy</h2>' in html
    assert "What stands in for the truth is a <strong>proxy</strong>" in html
    assert "Of the first test sequences" not in html
    assert "Proxy auROC" in html


def test_the_text_follows_the_numbers():
    html = render(published=PUBLISHED)
    assert "<title>A &lt;title&gt;</title>" in html
    assert "50% of the filters of cnn-2 match a relevant motif (relu, 2 seeds)." in html
    assert "an E-value of at most 0.05" in html
    assert "0.500 ± 0.010" in html
    assert "1 of our numbers was tested against published ones" in html
    assert "A note." in html
    assert "A &amp; B. A title." in html
    other = render([summary(1, 0.1, {"SP1": 0}), summary(2, 0.1, {"SP1": 0})])
    assert "10% of the filters of cnn-2" in other


def test_without_published_values():
    html = render()
    assert "About the published values" not in html
    assert "small: the published share" not in html
    assert 'class="published"' not in html
    assert Page(html).open == []


def test_captions_speak_of_published_values_where_there_are_any(picture):
    figures = [picture(f"{name}.png") for name in ("matches", "trade_off", "heat_map")]
    without, beside = render(figures=figures), render(published=PUBLISHED, figures=figures)
    for end, more in (
        (
            "what the true motifs reach.",
            " A hollow diamond is the published mean with its sd, or median with",
        ),
        ("in the order of the share.", " Hollow are published numbers of the same architectures, joined to"),
    ):
        assert f"{end}</figcaption>" in without
        assert more not in without
        assert end + more in beside
    assert "the auPR from the lowest to the highest here.</figcaption>" in beside


def test_without_relevant_motifs_pictures_controls_or_records():
    run = summary(1, None, {}, dataset="peaks")
    html = render([run], config={}, remarks=["peaks: no motif of <it>"])
    assert "peaks: no motif of &lt;it&gt;." in html
    page = Page(html)
    assert page.open == []
    assert "Match relevant" not in html
    assert "1 − missed" not in html
    assert "Motifs found" not in html
    assert page.ids == ["table1", "run", "meaning"]
    assert "No record of devices and versions" in html
    assert "img" not in page.tags


def test_published_values_without_a_counterpart():
    html = render([summary(1, 0.5, {"SP1": 1}, dataset="other")], published=PUBLISHED)
    assert "None of the values of A &amp; B 2019 has a counterpart here." in html
    assert "A note." not in html
    assert "our deviation" not in html


def test_two_datasets():
    html = render([*RUNS, summary(1, 0.3, {"IRF1": 1}, dataset="peaks")])
    assert "On d, 50% of the filters" in html
    assert "On peaks, 30% of the filters" in html
    assert '<h3 id="motifs-peaks">peaks, 1 motif</h3>' in html


def test_every_table_has_its_section_and_what_stands_in_two_is_counted_once():
    other = summary(1, 0.3, {"IRF1": 1}, dataset="peaks")
    tables = {"first": results_table(RUNS), "both": results_table([*RUNS, other])}
    named = [
        {"name": "first", "title": "Table <1>", "datasets": ["d"]},
        {"name": "both", "title": "Table 2", "side_by_side": True},
    ]
    html = render_report(tables, motifs_found([*RUNS, other]), CONFIG | {"report": {"tables": named}})
    page = Page(html)
    assert page.open == []
    assert page.ids[:2] == ["first", "both"]
    assert '<a href="#first">Table &lt;1&gt;</a>' in html
    assert html.count("On d, 50% of the filters") == 1
    assert re.findall('<th scope="colgroup"[^>]*>(.*?)<', html) == ["d", "peaks"]
    # A table that the configuration does not name has its file's name.
    assert '<h2 id="mine">mine</h2>' in render_report({"mine": tables["first"]}, motifs_found(RUNS), {})


def test_missing_runs_are_said():
    grid = [{"architectures": ["cnn-2"], "activations": ["relu"]}]
    html = render(config={"datasets": ["d"], "seeds": 5, "grid": grid})
    assert "d cnn-2 relu: 2 of 5 seeds" in html
    assert "Not the seeds that were planned" in html
    assert "seeds that were planned" not in render(config={"datasets": ["d"], "seeds": 2, "grid": grid})


def captions(html):
    return re.findall(
        r'<figure class="sheet[^"]*"[^>]*>.*?<figcaption>(.*?)</figcaption>', html, flags=re.DOTALL
    )


def test_every_sheet_of_logos_has_its_own_title(picture):
    figures = [picture(f"logos-{number}.png") for number in (1, 2, 3)]
    # What the configuration has is in its own order, which is not that of the pictures.
    config = CONFIG | {"report": {"sheets": [{"title": f"Wrong {i}", "panels": []} for i in range(3)]}}
    html = render(config=config, figures=figures, sheet_titles=["One", "<Two>", "One"])
    assert [text.split(". ")[0] for text in captions(html)] == ["One", "&lt;Two&gt;", "One"]
    untitled = captions(render(config=config, figures=figures))
    assert len(untitled) == 3
    assert all(text.startswith("Each logo is one filter, ") for text in untitled)
    with pytest.raises(UserError, match="2 titles for 3 sheets of logos"):
        render(figures=figures, sheet_titles=["One", "Two"])


def test_importance_and_redundancy_are_shown_where_they_are_given(picture):
    importance, redundancy = picture("importance.png"), picture("redundancy.png")
    html = render(figures=[redundancy, importance, redundancy])
    page = Page(html)
    assert page.open == []
    assert len(page.fetched) == 3
    assert "#what-the-network-uses" in page.links
    # In the order of the report, whatever that of the files.
    assert html.index("Importance of the filters") < html.index("Redundancy of the filters")
    html = render(figures=[redundancy])
    assert "Importance of the filters" not in html
    assert "what-the-network-uses" in Page(html).ids
    assert "what-the-network-uses" not in Page(render(figures=[picture("matches.png")])).ids


def test_the_report_says_whether_the_paper_replicates():
    def stated(name, architecture, bound):
        says = f"It says {name}."
        network = (RunKey("d", architecture, "relu"),)
        return Statement(name, says, "t", "d", "match_relevant", network, "at_least", bound)

    statements = (stated("half", "cnn-2", 0.01), stated("all <", "cnn-2", 0.99), stated("deep", "cnn-9", 0.5))
    published = replace(PUBLISHED, statements=statements)
    verdicts = judge(results_table(RUNS, published), published)
    html = render(published=published, verdicts=verdicts)
    page = Page(html)
    assert page.open == []
    assert "statements" in page.ids
    # 0.4 and 0.6 of two seeds: from 0.02 to 0.98.
    assert re.findall(r'<li class="(\w+)">', html) == ["holds", "fails"]
    assert html.count("Of 2 statements that were tested, 1 holds and 1 fails.") == 2
    assert "<strong>All &lt;.</strong>" in html
    assert "Does A &amp; B 2019 replicate?" in html
    assert "Not tested, as their networks were not run: deep." in html
    assert "It says deep." not in html

    for none in (None, verdicts[verdicts["verdict"] == "not tested"], verdicts[:0]):
        html = render(published=PUBLISHED, verdicts=none)
        assert "replicate" not in html
        assert "statements" not in Page(html).ids


def test_the_matrix_of_motifs_by_hand():
    (matrix,) = motif_matrices(motifs_found(RUNS, PUBLISHED))
    assert matrix["motifs"] == ["SP1", "YY1"]
    (line,) = matrix["lines"]
    assert [(cell["text"], cell["published"]) for cell in line["cells"]] == [("2/2", "0.8"), ("1/2", "")]


def test_every_layer_has_a_line_in_the_matrix():
    deeper = [summary(seed, 0.9, {"SP1": 1, "YY1": 1}, layer=2) for seed in (1, 2)]
    (matrix,) = motif_matrices(motifs_found([*RUNS, *deeper]))
    cells = {line["network"]: [cell["text"] for cell in line["cells"]] for line in matrix["lines"]}
    assert cells == {"cnn-2": ["2/2", "1/2"], "cnn-2, layer 2": ["2/2", "2/2"]}
    assert "cnn-2, layer 2" in render([*RUNS, *deeper])


def test_patterns_in_attributions_have_a_line_in_the_matrix_and_beside_the_filters():
    patterns = [summary(seed, 0.9, {"SP1": 0, "YY1": 1}) for seed in (1, 2)]
    for content in patterns:
        content["variants"]["modisco"] = content["variants"].pop("trained")
    (matrix,) = motif_matrices(motifs_found([*RUNS, *patterns]))
    cells = {line["network"]: [cell["text"] for cell in line["cells"]] for line in matrix["lines"]}
    assert cells == {"cnn-2": ["2/2", "1/2"], "cnn-2, modisco": ["0/2", "2/2"]}
    html = render([*RUNS, *patterns])
    assert '<td class="who">modisco</td>' in html
    assert html.count("TF-MoDISco finds") == 2
    assert "TF-MoDISco finds" not in render()


def test_too_many_motifs_are_left_to_the_file():
    assert motif_matrices(motifs_found([summary(1, 0.1, {f"T{i}": 0 for i in range(41)})])) == []


def write_run(folder, seed, **record):
    folder.mkdir()
    metrics = {"dataset": "d", "architecture": "cnn-2", "activation": "relu", "seed": seed}
    metrics |= {"parameters": 160048, "epochs": 10 * seed, "best_epoch": 5}
    (folder / "metrics.json").write_text(json.dumps(metrics))
    here = {"device": "cpu", "device_name": "Some CPU", "precision": "fp32", "threads": 1}
    here |= {"seconds": {"train": 60 * seed}, "milliseconds_per_step": 8.0 + seed, "resumed_from_epoch": None}
    here |= {"versions": {"python": "3.11.2", "torch": "2.13.0"}}
    record = here | {"git": {"commit": "0123456789abcdef", "dirty": True}} | record
    (folder / "record.json").write_text(json.dumps(record))
    (folder / "train_model.tsv").write_text(f"s\th:m:s\tmax_rss\n{30 * seed}\t0:00:30\t{100 * seed}\n")


def test_what_was_run_by_hand(tmp_path):
    write_run(tmp_path / "1", 1)
    write_run(tmp_path / "2", 2, precision="bf16", resumed_from_epoch=5)
    found = read_provenance(
        sorted(tmp_path.glob("*/metrics.json")),
        sorted(tmp_path.glob("*/record.json")),
        [*sorted(tmp_path.glob("*/train_model.tsv")), tmp_path / "nowhere.tsv"],
    )
    assert dict(found.facts) == {
        "Device": ("Some CPU (cpu)",),
        "Precision": ("fp32", "bf16"),
        "Threads per training": ("1",),
        "Repository": ("commit 0123456789ab, with uncommitted changes",),
        "Trainings continued from a checkpoint": ("1",),
        "Versions": ("python 3.11.2, torch 2.13.0",),
    }
    (training,) = found.trainings
    assert training == {
        "dataset": "d", "architecture": "cnn-2", "activation": "relu", "runs": "2", "parameters": "160,048",
        "epochs": "10 to 20", "best_epoch": "5", "step": "9.50", "minutes": "1.5",
    }  # fmt: skip
    (job,) = found.jobs
    assert job == {"name": "train_model", "jobs": "2", "seconds": "45.0", "minutes": "1.5", "memory": "200"}
    html = render(provenance=found)
    assert "bf16" in html
    assert "9.50" in html
    assert Page(html).open == []


def test_jobs_too_short_to_be_measured_have_no_memory(tmp_path):
    for name, memory in (("simulate_dataset", "0.48"), ("match_motifs", "-"), ("train_model", "80.4")):
        (tmp_path / f"{name}.tsv").write_text(f"s\th:m:s\tmax_rss\n0.50\t0:00:00\t{memory}\n")
    jobs = read_provenance(benchmarks=sorted(tmp_path.glob("*.tsv"))).jobs
    assert {job["name"]: job["memory"] for job in jobs} == {
        "match_motifs": "–", "simulate_dataset": "–", "train_model": "80",
    }  # fmt: skip


def test_metrics_without_a_record(tmp_path):
    write_run(tmp_path / "1", 1)
    found = read_provenance([tmp_path / "1" / "metrics.json"])
    assert found.trainings[0]["step"] == "–"
    assert found.facts == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("matches.pdf", "give a PNG or an SVG"),
        ("matches.png", "cannot read"),
        ("a.png", "is a figure of no analysis; known are matches, box_plots"),
    ],
)
def test_bad_pictures(tmp_path, name, words):
    with pytest.raises(UserError, match=words):
        render(figures=[tmp_path / name])


def test_a_picture_is_shown_100_pixels_per_inch_whatever_its_format(picture):
    for name in ("matches.png", "matches.svg"):
        assert "--natural: 200px" in render(figures=[picture(name)])


def test_the_configuration_is_written_out_in_full():
    shared = [1, 2]
    assert "*id" not in render(config={"experiment": "e", "seeds": shared, "other": shared})


def test_the_data_have_a_panel(picture):
    html = render(descriptions=[described()], figures=[picture("targets.png")])
    page = Page(html)
    assert page.open == []
    assert "data" in page.ids
    assert len(page.fetched) == 1
    assert '<th scope="row">&lt;X&gt;</th>' in html
    assert '<td class="ids lost">none in the database</td>' in html
    # What was lost stands on top, too.
    assert html.index("make no window") < html.index('id="data"') < html.index("Windows are centred on bins")
    two = render(descriptions=[described(), described(dataset="other", counts=None)])
    assert Page(two).open == []
    assert two.count("<h3>mine</h3>") == two.count("<h3>other</h3>") == 1
    assert "The data" not in render()


def comparison(what, expected, found):
    return {"what": what, "expected": expected, "found": found, "equal": expected == found}


def test_counts_as_published_are_recorded_and_others_are_said_in_red():
    rows = comparison("rows in train.mat", 4400000, 4400000)
    same, other = (
        described(dataset=name, checks=[rows, comparison("positives", 27652, found)])
        for name, found in (("same", 27652), ("other", 27650))
    )
    html = render(descriptions=[same, other])
    assert Page(html).open == []
    assert "<dt>Counts of same</dt><dd>all 2 as published</dd>" in html
    assert "<dt>Counts of other</dt><dd>1 of 2 as published</dd>" in html
    assert html.count('class="alarm"') == 1
    assert "other is not the published dataset.</strong> 1 of 2 counts differ" in html
    assert "<li>positives: 27,650 here, 27,652 published</li>" in html
    assert 'class="alarm"' not in render(descriptions=[same])
