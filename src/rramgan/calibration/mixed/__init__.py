"""The mixed fit that the fits of populations share: equations, noise, outliers."""
