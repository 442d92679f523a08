"""The analyses: each draws one kind of figure for the report; `report: analyses:` switches them.

To add one:

1. an entry here, in the order of the report;
2. `report/figures/{name}.py` with `draw(files, published)`, which returns a Matplotlib figure;
3. if something must be computed first for every run: its logic, a script, and a rule in
   `workflow/rules/analyses.smk`, whose name is the entry's `rule`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.errors import UserError
from .schema import no_such

PART, DATASET, SHEET, CONVOLUTION = "part", "dataset", "sheet", "convolution"
ARCHITECTURE = "architecture"
# The section of the report whose figures stand beside its tables about the datasets.
DATA = "The data"


@dataclass(frozen=True)
class Analysis:
    """One kind of figure.

    Attributes
    ----------
    name
        In the configuration, and of the figure's file and module.
    per
        `part`, one figure for the experiment and, with several datasets, for each of them; `dataset`,
        one per dataset; `architecture`, one per architecture on each dataset; `sheet`, one per sheet of logos;
        `convolution`, a folder beside each filters.meme, which the report does not show.
    files
        What it is drawn from: (whose, name of the file). Whose: `runs`; `trainings`; `models` or
        `motifs`, those that each run uses, possibly of another setting; `attributions`, each training by each
        method, where they are scored; `convolutions`, those whose filters become motifs, with the ground truth; or
        the `dataset`'s own.
    title, caption
        Its name in a list of figures, and what it shows.
    section
        Heading of the report under which it stands; "" is the top of the page.
    note
        How to read its figures, a paragraph below them.
    rule
        The rule that computes one of its files for every training, if no other analysis needs that file.
    beside_published
        How it shows published values, a sentence that its caption gains where there are any; "" if it does not.
    needs_positions
        Whether it is made only for datasets in which it is known where the motifs are.
    needs_attributions
        Whether it is made only where attributions are held against planted motifs.
    by_default
        Whether it is made unless `report: analyses:` says otherwise.
    about
        The key of `report:`, or `attribution` or `statistics` (of trainings), without which there is nothing to draw,
        if there is one.
    """

    name: str
    per: str
    files: tuple[tuple[str, str], ...]
    title: str
    caption: str
    section: str = ""
    note: str = ""
    rule: str = ""
    beside_published: str = ""
    needs_positions: bool = False
    needs_attributions: bool = False
    by_default: bool = True
    about: str = ""

    def caption_for(self, has_published: bool) -> str:
        """Return the caption of a figure in an experiment that has published values, or has none."""
        return f"{self.caption} {self.beside_published}".rstrip() if has_published else self.caption


_DIAMOND = (
    "A hollow diamond is the published mean with its sd, or median with its quartiles, where there is one."
)

_ALL = (
    Analysis(
        name="matches",
        per=PART,
        files=(("convolutions", "summary.json"),),
        title="Matches",
        caption="Share of a network's filters that match a motif. A point is a seed, a bar their mean. Grey marks are "
        "the untrained networks, the dashed line is what the true motifs reach.",
        beside_published=_DIAMOND,
    ),
    Analysis(
        name="box_plots",
        per=DATASET,
        files=(("runs", "summary.json"),),
        title="Box plots",
        caption="Share of the filters that match a motif, and auPR. A point is a seed, a thick line their median, a "
        "box their middle half, where there are five seeds or more.",
        section="Activations",
        beside_published=_DIAMOND,
        by_default=False,
    ),
    Analysis(
        name="heat_map",
        per=DATASET,
        files=(("runs", "summary.json"),),
        title="Heat map",
        caption="Share of the filters that match a motif, and auPR, mean over the seeds. Shares are shaded from none "
        "to all, the auPR from the lowest to the highest here.",
        section="Activations",
        by_default=False,
    ),
    Analysis(
        name="trade_off",
        per=DATASET,
        files=(("runs", "summary.json"),),
        title="Trade-off",
        caption="How many filters match a motif against how well the network classifies, mean and sd over the seeds. "
        "Names stand in the order of the share.",
        section="Activations",
        note="The further up and to the right, the better. Networks that classify equally well may hold motifs in all "
        "of their filters or in none.",
        beside_published="Hollow are published numbers of the same architectures, joined to ours where there are both.",
        by_default=False,
    ),
    Analysis(
        name="sweeps",
        per=DATASET,
        files=(("runs", "summary.json"), ("attributions", "scores.json")),
        title="Sweeps",
        caption="Share of the filters that match a motif and auPR, or how well attributions tell planted positions "
        "from others, against what was varied. A point is a seed, lines join the medians.",
        section="What was varied",
        beside_published=_DIAMOND,
        about="sweeps",
    ),
    Analysis(
        name="logos",
        per=SHEET,
        files=(("motifs", "filters.meme"), ("runs", "matches.tsv")),
        title="Logos",
        caption="Each logo is one filter, clipped to its informative part, 0 to 2 bits high. A tinted filter "
        "matches a motif of the target that is named above it; a grey name is the best match in the database. "
        "The small number at the right is the E-value of that match, n the number of sites that the filter's motif "
        "was made from. The motifs of the targets stand below, each above its reverse complement. A panel headed "
        "modisco has patterns in attributions in place of filters, and n is the number of their seqlets.",
        section="What the filters look like",
    ),
    Analysis(
        name="single_logos",
        per=CONVOLUTION,
        files=(("motifs", "filters.meme"),),
        title="Single logos",
        caption="Each filter as an SVG file of its own, for a figure editor.",
        by_default=False,
    ),
    Analysis(
        name="importance",
        per=DATASET,
        files=(("runs", "summary.json"), ("runs", "matches.tsv"), ("models", "importance.tsv")),
        title="Filter importance",
        caption="Importance of the filters of the first layer: how much the test auPR falls if a filter's output "
        "is replaced by its mean, so that it no longer depends on the sequence; nothing is retrained. Bars are the "
        "filters of each network's first seed, the most important on top, labelled with the motif that each "
        "matches and its number; beside a bar stands the target that suffers most, if it is not that of the "
        "motif. Thin lines span the seeds, rank by rank.",
        section="What the network uses",
        note="A filter that holds a motif need not matter, and one that matters need not hold a motif. Where "
        "several filters hold the same motif, the others make up for the one taken out, so that each alone "
        "seems to matter little.",
        rule="score_importance",
    ),
    Analysis(
        name="redundancy",
        per=DATASET,
        files=(("runs", "summary.json"), ("runs", "matches.tsv"), ("motifs", "filters.meme")),
        title="Filters per motif",
        caption="Redundancy of the filters of the first layer. Left: how many match each motif (none: no relevant "
        "one), mean over the seeds. Right: how similar the filters of one motif are, by the highest correlation "
        "over ungapped alignments and both strands; 1 is a copy. Points are medians over pairs of filters, lines "
        "span the middle half; grey are pairs of filters that match different motifs.",
        section="What the network uses",
        note="With more filters than motifs, several hold the same one; a filter that is a copy is not free for "
        "another motif.",
    ),
    Analysis(
        name="localisation",
        per=DATASET,
        files=(("trainings", "metrics.json"), ("trainings", "localisation.tsv")),
        title="Localisation",
        caption="How well the first layer points at the planted motifs: the highest activation of any filter, compared "
        "between stretches with and without a motif (widened by 10 nt), mean over the test sequences. A point is a "
        "seed, a bar their mean. Lines are scans with the true motifs, by log-odds (PWM) and by probabilities (PPM).",
        section="What the network uses",
        note="An area of 0.5 is what a scan that knows nothing reaches on average. A first layer of partial motifs may "
        "stay below it, because background is longer than a motif and has more chances of a high score.",
        rule="score_localisation",
        needs_positions=True,
        by_default=False,
    ),
    Analysis(
        name="attribution_accuracy",
        per=DATASET,
        files=(("attributions", "scores.json"),),
        title="Accuracy and attribution",
        caption="How well attributions tell planted positions from others (auROC, mean over the sequences) against how "
        "well the network classifies, a panel per method. A point is a seed. ρ is Spearman's rank correlation of the "
        "networks' means, p that of a test by permutation, not adjusted for the number of methods.",
        section="Accuracy and attribution",
        note="If better classification meant better attributions, the points of a panel would rise from left to right.",
        needs_attributions=True,
        about="attribution",
    ),
    Analysis(
        name="attribution_logos",
        per=ARCHITECTURE,
        files=(),
        title="Attribution logos",
        caption="What each attribution method says about the letters of test sequences: a letter is as high as its "
        "score, upside down where that is negative, each row on a scale of its own. A row is a network's first seed. "
        "Where motifs were planted, their logos stand on top, 0 to 2 bits high, their informative positions are "
        "tinted, and at the right is the auROC with which the row's scores tell these positions from the others.",
        section="Attribution logos",
        note="The sequences are the first ones of the test set that the target binds or, if the configuration says so, "
        "those of median localisation; none is chosen by eye.",
        about="attribution",
    ),
    Analysis(
        name="learning_curves",
        per=DATASET,
        files=(("trainings", "metrics.json"), ("trainings", "history.tsv")),
        title="Learning curves",
        caption="Loss (penalty included) and validation auPR per epoch, a line per seed.",
        section="Learning curves",
    ),
    Analysis(
        name="layer_statistics",
        per=DATASET,
        files=(("trainings", "metrics.json"), ("trainings", "history.tsv")),
        title="Activations and gradients",
        caption="Per epoch, a line per seed, on the first 500 sequences of the validation split. Top: mean, standard "
        "deviation and maximum of the activations of the first layer. Bottom: root mean square of the gradient of the "
        "cross entropy with respect to the weights of each layer, the first one darkest.",
        section="Learning curves",
        note="Gradients of layers differ in size for many reasons: compare a layer at different times or in different "
        "networks rather than two layers of a network.",
        about="statistics",
    ),
    Analysis(
        name="precision_recall",
        per=DATASET,
        files=(
            ("trainings", "metrics.json"),
            ("trainings", "precision_recall.tsv"),
            ("dataset", "data.json"),
        ),
        title="Precision and recall",
        caption="Test set, a panel per target: mean precision over the seeds at each recall; the band spans the "
        "seeds. The dotted line is the prevalence, the precision of a guess.",
        section="Precision and recall",
    ),
    Analysis(
        name="targets",
        per=DATASET,
        files=(("dataset", "data.json"),),
        title="Targets",
        caption="Positive sequences of each target: for training, validation and testing, in this order. The number is "
        "the prevalence among the test sequences, which is the auPR of a guess.",
        section=DATA,
    ),
)
ANALYSES = {analysis.name: analysis for analysis in _ALL}


def chosen(report: Mapping[str, Any]) -> tuple[Analysis, ...]:
    """Return the analyses that `report:` of a complete configuration asks for, in the order of the report.

    `report` holds `attribution:` as well, and under `statistics` whether any training records them. `analyses` lists
    those wanted, or says {name: whether} where the default is not right. Those `about` a key that is empty are left
    out.

    Raises
    ------
    UserError
        There is no such analysis.
    """
    choice = report["analyses"]
    for name in choice:
        if name not in ANALYSES:
            raise UserError(no_such("analysis", name, "report.analyses", ANALYSES))
    possible = [one for one in _ALL if not one.about or report.get(one.about)]
    if isinstance(choice, Mapping):
        return tuple(one for one in possible if choice.get(one.name, one.by_default))
    return tuple(one for one in possible if one.name in choice)
