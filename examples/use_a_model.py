"""Use a trained network outside the workflow: predictions, attributions and logos, step by step.

    python examples/use_a_model.py MODEL FASTA [TARGET [FOLDER]]

MODEL is the model.safetensors of a run, FASTA has sequences of the length that it takes, and FOLDER is where the
table and the pictures go. `python examples/make_notebook.py` makes examples/use_a_model.ipynb of the cells below.
"""

# %% [markdown]
# # Using a trained network
# A network of motif-filters as plain PyTorch: what it predicts, which letters it looks at, and what a filter
# holds. Start Jupyter in the folder `examples`, and write your own files into the next cell.

# %%
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch

HERE = Path(globals().get("__file__", "notebook")).resolve().parent
sys.path.insert(0, str(HERE.parent / "workflow" / "scripts"))

from motifcnn.core.errors import UserError
from motifcnn.data.sequence_files import read_sequences
from motifcnn.interpretation.filters import motifs_of_layer
from motifcnn.motifs.meme import read_meme
from motifcnn.networks import model_file, saved

if "ipykernel" in sys.modules:
    given = ["model.safetensors", "sequences.fa"]
else:
    given = sys.argv[1:]
    if len(given) < 2:
        sys.exit("error: give a model and a FASTA file: use_a_model.py MODEL FASTA [TARGET [FOLDER]]")

# %% [markdown]
# ## Load it
# `plain=True` gives an `nn.Sequential` of PyTorch's own modules, in eval mode, on one-hot sequences: float32 (N,
# 4, length), channels A, C, G, T; N is all zeros. It returns logits, (N, targets).

# %%
try:
    network = saved.load(given[0], plain=True)
    length, targets = network.description["length"], network.description["targets"]
    sequences = read_sequences(length, fasta=given[1])
    name = given[2] if len(given) > 2 else targets[0]
    if name not in targets:
        raise UserError(f"there is no target {name!r}; use one of {', '.join(targets)}")
except UserError as error:
    sys.exit(f"error: {error}")
target = targets.index(name)
folder = Path(given[3] if len(given) > 3 else ".")
folder.mkdir(parents=True, exist_ok=True)
print(network)

# %% [markdown]
# ## Predict

# %%
letters = torch.cat([torch.eye(4), torch.zeros(1, 4)])
x = letters[torch.from_numpy(sequences.codes).long()].transpose(1, 2).contiguous()
with torch.no_grad():
    logits = network(x)
predictions = pd.DataFrame(logits.sigmoid().numpy(), index=sequences.places["name"], columns=targets)
predictions.to_csv(folder / "predictions.tsv", sep="\t")
print(predictions.head())

# %% [markdown]
# ## Which letters matter: saturation mutagenesis
# Every letter is exchanged for each of the others. tangermeme says how the logit changes, less the mean over the
# letters.

# %%
from tangermeme.saturation_mutagenesis import saturation_mutagenesis

first = x[:8]
mutagenesis = saturation_mutagenesis(network, first, target=target, hypothetical=True, device="cpu")

# %% [markdown]
# ## Which letters matter: integrated gradients
# From a baseline of a quarter of each letter, with captum (`pip install captum`). The contributions add up to the
# difference between the logit of the sequence and that of the baseline; `error` says how nearly.

# %%
try:
    from captum.attr import IntegratedGradients
except ImportError:
    print("captum is not installed, so there are no integrated gradients here")
else:
    gradients, error = IntegratedGradients(network).attribute(
        first, torch.full_like(first, 0.25), target=target, n_steps=100, return_convergence_delta=True
    )
    print("integrated gradients miss the difference by at most", float(error.abs().max()))

# %% [markdown]
# ## Which letters matter: DeepLIFT/SHAP
# tangermeme knows the rescale rule of PyTorch's own activations only. **Any other activation, such as the
# exponential, has to be registered**, or it counts as linear and the contributions are wrong. Here all activation
# modules are registered. (captum has no rule for it either, and goes wrong where pooling follows an activation.)
# Contributions add up to the difference between the logit of the sequence and the mean logit of its references,
# here the sequence shuffled.

# %%
from tangermeme._deep_lift_utils import _nonlinear
from tangermeme.deep_lift_shap import deep_lift_shap

rules = {type(module): _nonlinear for part, module in network.named_modules() if "activation" in part}
contributions, references = deep_lift_shap(
    network, first, target=target, n_shuffles=10, additional_nonlinear_ops=rules, return_references=True,
    random_state=0, device="cpu",
)  # fmt: skip
with torch.no_grad():
    mean = network(references.flatten(0, 1).float())[:, target].view(len(first), -1).mean(1)
missed = float((contributions.sum((1, 2)) - (logits[: len(first), target] - mean)).abs().max())
print("DeepLIFT/SHAP misses the difference by at most", missed)

# %% [markdown]
# ## Draw them
# The contributions of the first sequence, and the filter with the most information per position, as logos. Its
# motif is that of the run, if filters.meme lies beside the model; otherwise it is taken from these sequences.

# %%
import logomaker
from matplotlib import pyplot as plt

figure, panels = plt.subplots(3, 1, figsize=(min(40, 3 + length / 10), 6), layout="constrained")
contributed = {"mutagenesis": mutagenesis[0] * first[0], "DeepLIFT/SHAP": contributions[0]}
for panel, (title, values) in zip(panels, contributed.items(), strict=False):
    logomaker.Logo(pd.DataFrame(values.T.numpy(), columns=list("ACGT")), ax=panel)
    panel.set(title=f"{title}: {sequences.places['name'][0]}, {name}", ylabel="logit")

beside = Path(given[0]).with_name("filters.meme")
fast = model_file.load(given[0])
motifs = read_meme(beside) if beside.exists() else motifs_of_layer(fast, sequences.codes).motifs
clearest = max(
    motifs, key=lambda motif: np.sum(motif.probabilities * np.log2(motif.probabilities + 1e-9)) / motif.width
)
bits = logomaker.transform_matrix(
    pd.DataFrame(clearest.probabilities, columns=list("ACGT")), from_type="probability", to_type="information"
)
logomaker.Logo(bits, ax=panels[2])
panels[2].set(title=clearest.id, ylabel="bits", ylim=(0, 2))
figure.savefig(folder / "logos.png", dpi=120)
