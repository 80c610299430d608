"""Kills and breaks everything around a desk at random, and compares what becomes of it with a desk left in peace."""
