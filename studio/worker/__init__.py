"""The one place that imports TensorFlow, Keras, LiteRT and ai-edge-quantizer; its own process."""

import os

# What training comes to depends, in the last digits, on how many threads share a sum: as many on every computer, and
# whether or not TensorFlow has converted a model before. It reads this when it computes for the first time.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "2")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")
