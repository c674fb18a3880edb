"""The GAN, its rules and protocols; only `physical` builds arrays, all else sees forward, backward and update.

>>> from rramgan.learning.architecture import layer_shapes
>>> layer_shapes(noise_inputs=100, hidden=128)["generator_hidden"]
(101, 128)
"""
