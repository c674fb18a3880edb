"""What the network itself can reach: software training on full MNIST, watched on held-out digits.

    python bench/software_baseline.py [--rule adam|sgd|sign] [--steps 20000] [--folder FOLDER]

Threes of the training set against 1,000 of the official test set, equal sizes, beside the anchors. FOLDER holds the
four official files (plain or gzip); without it they are downloaded once.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from rramgan.digits import IdxDigits, MnistDigits, to_unit
from rramgan.evaluation.anchors import assess_anchors
from rramgan.evaluation.classifier import train_classifier
from rramgan.evaluation.judges import appoint
from rramgan.evaluation.protocol import assess
from rramgan.learning.architecture import initial_weights, layer_shapes
from rramgan.learning.gan import build_discriminator, build_generator, gan_step
from rramgan.learning.network import SoftwareLayer
from rramgan.learning.rules import Adam
from rramgan.learning.training import batches
from rramgan.streams import stream

NOISE_INPUTS, HIDDEN, BATCH, IMAGES = 100, 128, 64, 1000
