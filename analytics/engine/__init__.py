"""Patterns and forecasts out of order lines: numpy alone, no Django, no database, no clock."""
