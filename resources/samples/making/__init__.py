"""How each sample is made: one module per sample, and the steps they share."""
