"""Who may see which digits: four sets that share no image."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from rramgan.digits.images import CLASSES, PIXELS, Digits
from rramgan.errors import InputError
from rramgan.streams import stream
from rramgan.tables import Layout, read_arrays, write_arrays


@dataclass(frozen=True)
class DigitSplit:
    """Disjoint sets of digits by what they are for, each in random order."""

    gan_training: Digits
    """What the GAN learns from: only the classes it is to draw, equally many of each. The judges never see them."""

    judge_training: Digits
    """What the judges learn from: all classes. The GAN never sees them."""

    judge_test: Digits
    """What the judges are tested on: all classes. The GAN never sees them."""

    reference: Digits
    """What generated images are compared with: the GAN's classes, equally many of each. Neither GAN nor judges ever
    see them."""

    @property
    def unseen(self) -> Digits:
        """Digits of the GAN's classes from the same source as its own that it has not seen: the judges'."""
        judges = (self.judge_training, self.judge_test)
        both = Digits(*(np.concatenate([getattr(d, part) for d in judges]) for part in ("images", "labels")))
        return both.of(self.gan_training.labels)

    def save(self, path, made_by: dict | None = None) -> None:
        """Write the split, and its provenance `made_by`, as an NPZ archive."""
        arrays: dict[str, np.ndarray] = {}
        for role in fields(self):
            digits = getattr(self, role.name)
            arrays |= {f"{role.name}.images": digits.images, f"{role.name}.labels": digits.labels}
        write_arrays(path, arrays, made_by)

    @classmethod
    def load(cls, path) -> "DigitSplit":
        """Read a split written by `save`; raises InputError if the archive is incomplete or damaged."""
        roles = [role.name for role in fields(cls)]
        images = {f"{role}.images": Layout((role, PIXELS), 0, 255, whole=True) for role in roles}
        labels = {f"{role}.labels": Layout((role,), 0, CLASSES - 1, whole=True) for role in roles}
        arrays = read_arrays(path, images | labels)
        return cls(**{role: Digits(arrays[f"{role}.images"], arrays[f"{role}.labels"]) for role in roles})


def split_digits(
    training: Digits,
    test: Digits | None,
    classes: Sequence[int],
    gan_images: int,
    reference_images: int | None,
    judge_images: int | None,
    judge_test_fraction: float,
    seed: int,
) -> DigitSplit:
    """Deal the digits to the four sets at random, class by class.

    Of each of its `classes` the GAN gets `gan_images` of `training`. The reference gets `reference_images` per class:
    of `test` if there is one (None: as many as its smallest class has), else of what is left of `training`. The judges
    get the rest of `training`, at most `judge_images` of each of the ten classes (None: all), and keep the share
    `judge_test_fraction` of each class, between 0 and 1 and rounded, for their test. Raises InputError if a set would
    miss out on images it needs.
    """
    if not 0 < judge_test_fraction < 1:
        raise InputError(f"judge_test_fraction is {judge_test_fraction}; expected a share between 0 and 1")
    if reference_images is None:
        if test is None:
            raise InputError("reference_images is missing; expected a number, as there is no test set to take all of")
        reference_images = min(int(np.sum(test.labels == label)) for label in classes)
    rows: dict[str, list[np.ndarray]] = {role.name: [] for role in fields(DigitSplit)}
    for label in range(CLASSES):
        pool = _Pool("training set", training, label, seed)
        if label in classes:
            rows["gan_training"].append(pool.take(gan_images, "gan_images"))
            source = pool if test is None else _Pool("test set", test, label, seed)
            rows["reference"].append(source.take(reference_images, "reference_images"))
        judges = pool.rest(judge_images)
        tested = round(judge_test_fraction * len(judges))
        if not 0 < tested < len(judges):
            raise InputError(
                f"{len(judges)} images of digit {label} are left for the judges, {tested} of them for their test; "
                "expected at least one to train on and one to test on"
            )
        rows["judge_test"].append(judges[:tested])
        rows["judge_training"].append(judges[tested:])
    sources = {role: training for role in rows} | ({} if test is None else {"reference": test})
    return DigitSplit(**{role: _mixed(sources[role], parts, seed, role) for role, parts in rows.items()})


class _Pool:
    """The images of one class in random order, dealt from the top."""

    def __init__(self, name: str, digits: Digits, label: int, seed: int):
        rows = np.flatnonzero(digits.labels == label)
        self._rows = stream(seed, "digits", name, str(label)).permutation(rows)
        self._name, self._label = name, label

    def take(self, count: int, key: str) -> np.ndarray:
        """The next `count` rows; raises InputError naming the setting `key` if there are not so many."""
        if not 1 <= count <= len(self._rows):
            raise InputError(
                f"{key} is {count}; expected 1 to {len(self._rows)}, the images left of digit {self._label} in the "
                f"{self._name}"
            )
        taken, self._rows = self._rows[:count], self._rows[count:]
        return taken

    def rest(self, limit: int | None) -> np.ndarray:
        """What is left, at most `limit` rows."""
        return self._rows[:limit]


def _mixed(digits: Digits, parts: list[np.ndarray], seed: int, role: str) -> Digits:
    """The digits at the rows in `parts`, classes mixed."""
    return digits[stream(seed, "digits", role).permutation(np.concatenate(parts))]
