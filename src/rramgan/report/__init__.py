"""The report of a study: one page that needs nothing beside it, from the study's own tables and figures.

`answers` says in words and tables what the trainings have shown, `method` how it was made, `page` puts them together.

>>> from rramgan.report.answers import spanned
>>> spanned([0.91, 0.874, 0.88], ".2f")
'0.87 to 0.91'
"""
