"""The GAN, its rules and protocols; only `physical` builds arrays, all else sees forward, backward and update."""
