"""Every table in Django's admin, one noun a file."""

from crm.admin import figures, imports, notes, orders, people, reminders

__all__ = ["figures", "imports", "notes", "orders", "people", "reminders"]
