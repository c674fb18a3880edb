"""Fit of staircases as paths of a state: ramps, filter, likelihood, and what measured paths allow to be believed."""
