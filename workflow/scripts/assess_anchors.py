"""Measure generators everybody knows, a row per anchor and judge."""

from rramgan.digits import DigitSplit
from rramgan.evaluation.anchors import assess_anchors
from rramgan.evaluation.classifier import Classifier
from rramgan.jobs import job, made_by
from rramgan.streams import stream
from rramgan.tables import write_table

with job(snakemake):
    files, wildcards = snakemake.input, snakemake.wildcards
    split, classifier = DigitSplit.load(files.digits), Classifier.load(files.classifier)
    table = assess_anchors(split, classifier, snakemake.params.images, stream(0, "anchors"))
    table.insert(0, "digits", wildcards.digits)
    write_table(snakemake.output.anchors, table.assign(**made_by(snakemake, seed=0)))
