"""Tests of the cameras, on real servers and real footage."""
