"""Train the classifier, and say how far it can be trusted on digits it has not seen."""

from rramgan.digits import DigitSplit, to_unit
from rramgan.evaluation.classifier import train_classifier
from rramgan.evaluation.reliability import quality
from rramgan.jobs import job, made_by
from rramgan.streams import stream
from rramgan.tables import write_json

with job(snakemake):
    split = DigitSplit.load(snakemake.input.digits)
    training = split.judge_training
    epochs = snakemake.params.epochs
    classifier = train_classifier(to_unit(training.images), training.labels, seed=0, epochs=epochs)
    classifier.save(snakemake.output.classifier, made_by(snakemake, seed=0))
    rows = quality(classifier, split, stream(0, "judge", "speckled_test"))
    write_json(snakemake.output.quality, rows | {"made_by": made_by(snakemake, seed=0)})
