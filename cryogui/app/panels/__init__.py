"""Panels: data, parameters, scores, messages."""
