"""The compiler: a .tflite model becomes C99 that needs no interpreter, no heap and no library."""

from studio.compiler.sources import LayerCost, Optimize, PlanEntry, SourceFile, Sources, TensorSpec
from studio.compiler.translation import generate

__all__ = ["LayerCost", "Optimize", "PlanEntry", "SourceFile", "Sources", "TensorSpec", "generate"]
