"""A device that is asked for and missing is an error, never a silent CPU run."""

import pytest
import torch
from motifcnn.core.errors import UserError
from motifcnn.training.devices import choose_device, device_name, set_precision


def test_missing_devices(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    for name in ("cuda", "cuda:1", "mps"):
        with pytest.raises(UserError, match=f"device: {name} was asked for"):
            choose_device(name)
    assert choose_device("auto").type == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto").type == "cuda"


def test_unknown():
    with pytest.raises(UserError, match="'gpu' is unknown; use auto, cpu, cuda or mps"):
        choose_device("gpu")


def test_precision_and_threads():
    before = torch.get_num_threads()
    assert set_precision("bf16", 1) is torch.bfloat16
    assert torch.get_num_threads() == 1
    assert set_precision("fp32", before) is torch.float32
    assert device_name(torch.device("cpu"))
