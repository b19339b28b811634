from django.utils import timezone
from django.views.decorators.http import require_GET

from crm.takeout import takeout_response


@require_GET
def takeout(request):
    return takeout_response(request.user, timezone.localdate())
