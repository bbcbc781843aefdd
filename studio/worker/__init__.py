"""The one place that imports TensorFlow, Keras, LiteRT and ai-edge-quantizer; its own process."""
