"""Tests of PNP-1: the protocol between a home and its phones."""
