"""The report of a study: one page that needs nothing beside it, from the study's own tables and figures.

`answers` says in words and tables what the trainings have shown, `method` how it was made, `page` puts them together.
"""
