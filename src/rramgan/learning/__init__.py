"""The GAN, its training rules and protocols; sees an array only through forward, backward and update."""
