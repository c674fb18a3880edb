"""The analog resistive device: its current-voltage curve, how pulses move it, and how both are fitted to data."""
