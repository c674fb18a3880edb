"""What a candidate recipe, an array and a rule, reaches and costs: trained on full arrays, over a few seeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from rramgan.crossbar.design import ArrayDesign
from rramgan.crossbar.passive import ARRAYS
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import PulsePair
from rramgan.digits import DigitSplit, to_bytes, to_unit
from rramgan.energy import totals
from rramgan.evaluation.classifier import Classifier
from rramgan.evaluation.judges import main_judge
from rramgan.evaluation.protocol import compare
from rramgan.learning.bill import Prices, Trained, whole_bill
from rramgan.learning.chip import Chip
from rramgan.learning.physical import train_physical
from rramgan.learning.rules import RULES
from rramgan.learning.task import VARIATIONS
from rramgan.study import load_task


@dataclass(frozen=True)
class Files:
    """What earlier rules have made for the trainings of one seed."""

    digits: Path
    classifier: Path
    trace: Path
    devices: Path


@dataclass(frozen=True)
class Settings:
    """What all candidates share, as the configuration has it."""

    batch: int
    steps: int
    evaluation: Mapping
    weight_limit: Mapping[str, float]
    prices: Mapping[str, float]
    device: Mapping


@dataclass(frozen=True)
class Candidates:
    """Trains and scores candidates; can be sent to other processes."""

    files: Mapping[int, Files]
    """Files by seed."""

    model: DeviceModel
    """The devices."""

    pulses: PulsePair
    """Their pulses."""

    settings: Settings
    """What else all share."""

    def __call__(self, designs: Mapping[str, Mapping]) -> dict[str, float]:
        """Means over the seeds: `frechet_distance`, `recall`, `coverage`, `accuracy`, energies (J) of arrays and bills.

        `designs`: the array and the rule under "arrays" and "rules". On one core, so that results do not depend on how
        many there are.
        """
        with threadpool_limits(1):
            scores = pd.DataFrame([self._scores(designs, seed) for seed in self.files]).mean()
        return {str(name): float(score) for name, score in scores.items()}

    def _scores(self, designs, seed: int) -> dict[str, float]:
        """The same of one seed."""
        files, settings = self.files[seed], self.settings
        array, rule = ARRAYS.build("searched", designs["arrays"]), RULES.build("searched", designs["rules"])
        chip = Chip.load(files.devices)
        training, _ = train_physical(
            load_task(files, settings, seed),
            chip.populations,
            array.weight_limits(dict(settings.weight_limit)),
            ArrayDesign.of(array, dict(settings.device), self.model, self.pulses),
            VARIATIONS["full"],
            array.breaks,
            rule,
        )
        energy_J = totals(training.ledger)
        shapes = {layer: weights.shape for layer, weights in chip.weights.items()}
        trained = Trained(shapes, settings.batch, settings.steps, rule.upkeep, (array.tile_rows, array.tile_columns))
        bill_J = whole_bill(trained, energy_J, Prices(**settings.prices)).groupby("way")["energy_J"].sum()
        return {
            **self._quality(files, training.images),
            "arrays_J": energy_J["total_J"],
            "whole_bill_J": bill_J["arrays"],
            "int8_bill_J": bill_J["int8"],
        }

    @staticmethod
    def _quality(files: Files, images: np.ndarray) -> dict[str, float]:
        """What the main judge says of generated images (n, pixels), against held-out digits."""
        split, classifier = DigitSplit.load(files.digits), Classifier.load(files.classifier)
        judge, generated = main_judge(classifier, split.judge_training), to_unit(to_bytes(images))
        scores = compare(judge.features(to_unit(split.reference.images)), judge.features(generated))
        recognised = np.isin(classifier.labels(generated), split.gan_training.labels)
        return {
            **{name: scores[name] for name in ("frechet_distance", "recall", "coverage")},
            "accuracy": float(recognised.mean()),
        }
