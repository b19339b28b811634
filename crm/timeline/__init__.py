"""What happened with a customer, with a person, or through a colleague: one list, newest first, page by page."""

from crm.timeline.page import timeline_page

__all__ = ["timeline_page"]
