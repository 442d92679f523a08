import pytest
from motifcnn.adapters.conda import cuda_override


@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_a_login_node_without_a_gpu_solves_for_cuda(device):
    assert cuda_override(device, False, {}) == {"CONDA_OVERRIDE_CUDA": "12.9"}


def test_where_there_is_a_gpu_conda_asks_its_driver():
    assert cuda_override("cuda", True, {}) == {}


@pytest.mark.parametrize("device", ["auto", "cpu", "mps"])
def test_jobs_that_do_not_ask_for_cuda_need_no_build_for_it(device):
    assert cuda_override(device, False, {}) == {}


@pytest.mark.parametrize("value", ["13.0", ""])
def test_what_the_user_says_stays(value):
    assert cuda_override("cuda", False, {"CONDA_OVERRIDE_CUDA": value}) == {}
