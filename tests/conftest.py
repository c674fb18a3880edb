import os
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from rramgan.digits import MlxtendDigits, load_idx, to_unit
from rramgan.evaluation.classifier import train_classifier
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
    """The digits of the default study."""
    return MlxtendDigits().split()


@pytest.fixture(scope="session")
def classifier(split):
    return train_classifier(to_unit(split.judge_training.images), split.judge_training.labels, seed=0)


@pytest.fixture(scope="session")
def mnist_folder():
    """The folder of the four official MNIST files, which are too large to ship."""
    folder = Path(os.environ.get("RRAMGAN_MNIST", Path(__file__).parents[2] / "shared" / "mnist"))
    if not (folder / "train-images-idx3-ubyte.gz").exists():
        pytest.skip(f"no MNIST files in {folder}; set RRAMGAN_MNIST to their folder")
    return folder


@pytest.fixture(scope="session")
def mnist(mnist_folder):
    """MNIST in full as local files: the training and the test set."""
    pairs = [
        [mnist_folder / f"{part}-{what}-ubyte.gz" for what in ("images-idx3", "labels-idx1")]
        for part in ("train", "t10k")
    ]
    return tuple(load_idx(*pair) for pair in pairs)
