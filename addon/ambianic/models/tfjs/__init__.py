"""Conversion of a TensorFlow.js graph into a LiteRT (TFLite) file, for the kinds of layers that our models have."""
