import zoneinfo

from django.utils import timezone, translation

from accounts import formats


class UserLocaleMiddleware:
    """Shows every page in the signed-in user's own language, time zone and formats."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        with timezone.override(zoneinfo.ZoneInfo(user.time_zone)), formats.use(user):
            return self.get_response(request)
