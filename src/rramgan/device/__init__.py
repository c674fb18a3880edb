"""What a device is: static I-V, kinetics, pulses, window, and the model file that holds them."""
