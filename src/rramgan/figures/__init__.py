"""Figures; every one reads tables and simulates nothing."""
