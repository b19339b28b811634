"""What is computed about customers, what was called of their next orders, and how it came out: one noun a file."""

from analytics.models.call import Call
from analytics.models.fitted_model import FittedModel, RefreshRange
from analytics.models.forecast import Forecast
from analytics.models.insight import Insight
from analytics.models.outlook import Outlook
from analytics.models.settlement import Settlement

__all__ = ["Call", "FittedModel", "Forecast", "Insight", "Outlook", "RefreshRange", "Settlement"]
