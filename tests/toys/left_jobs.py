"""Jobs of a run that are left, for the tests of estimates: one after the other where told."""

from motifcnn.core.run_key import RunKey
from motifcnn.cost.work import Job
from motifcnn.experiment.dataset_kinds import Size

SIZE = Size(length=200, targets=12, train=1000, valid=100, test=400)
NETWORK = RunKey("small", "shallow", "relu")


def job(rule, after="", seed=1, layer=1, **changes):
    """Return a job about a run, which waits for that of the rule `after` of the same run, if any."""
    key = NETWORK._replace(seed=seed, layer=layer, **changes)
    return Job(rule, (f"{after} {seed}",) if after else (), (f"{rule} {seed}",), key)
