"""Train the judge and measure it on digits it has not seen."""

import numpy as np

from rramgan.digits import DigitSplit, to_unit
from rramgan.evaluation.judge import speckled, train_judge
from rramgan.jobs import job, made_by
from rramgan.streams import stream
from rramgan.tables import write_json

with job(snakemake):
    params = snakemake.params
    split = DigitSplit.load(snakemake.input.digits)
    judge = train_judge(to_unit(split.judge_train_images), split.judge_train_labels, seed=0, epochs=params.epochs)
    judge.save(snakemake.output.judge, made_by(snakemake, seed=0))

    held_out = to_unit(split.judge_test_images)
    noisy = 2 * speckled((held_out + 1) / 2, stream(0, "judge", "speckled_test")) - 1
    quality = {
        "trained_on_images": len(split.judge_train_images),
        "held_out_images": len(held_out),
        "held_out_accuracy": float(np.mean(judge.labels(held_out) == split.judge_test_labels)),
        "held_out_accuracy_speckled": float(np.mean(judge.labels(noisy) == split.judge_test_labels)),
        "real_gan_images_accepted": float(np.mean(judge.labels(to_unit(split.gan_images)) == params.digit)),
        "made_by": made_by(snakemake, seed=0),
    }
    write_json(snakemake.output.quality, quality)
