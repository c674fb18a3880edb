"""Measurement files as instruments, spreadsheets and people write them, read into the tables of `measurements.py`.

A file goes through four rooms, each of which says what it understood: its cells (`cells`: encoding, delimiter,
spreadsheet; `numerals`: how its numbers are written), its table (`tables`: header, unit row, runs), the meaning of its
columns (`columns`, `units`), and its layout (`staircases`, `pulses`, `sweeps`). `hypotheses` then asks whether the
numbers, as understood, are those of the device described; if not, the sentence names the reading under which they are.
"""
