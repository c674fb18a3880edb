"""Learning rules: what a layer is told to do with a gradient."""

import numpy as np


class Manhattan:
    """One fixed pulse per weight against the sign of its gradient (Zamanidoost et al. 2015)."""

    def __call__(self, layer: str, gradient) -> np.ndarray:
        """Directions int8 (rows, columns): -sign(gradient), for a layer on devices."""
        return -np.sign(gradient).astype(np.int8)


class Adam:
    """Adam (Kingma and Ba 2015, arXiv:1412.6980), with the first-moment decay 0.5 usual for GANs (arXiv:1511.06434)."""

    def __init__(self, learning_rate: float, decay1: float = 0.5, decay2: float = 0.999, epsilon: float = 1e-8):
        """Keep the moments of every layer it meets."""
        self.learning_rate, self.decay1, self.decay2, self.epsilon = learning_rate, decay1, decay2, epsilon
        self._moments = {}

    def __call__(self, layer: str, gradient) -> np.ndarray:
        """Change of the weights (rows, columns), for a layer in memory."""
        step, first, second = self._moments.get(layer, (0, 0.0, 0.0))
        step += 1
        first = self.decay1 * first + (1 - self.decay1) * gradient
        second = self.decay2 * second + (1 - self.decay2) * gradient**2
        self._moments[layer] = (step, first, second)
        corrected = np.sqrt(second / (1 - self.decay2**step)) + self.epsilon
        return (-self.learning_rate / (1 - self.decay1**step)) * first / corrected
