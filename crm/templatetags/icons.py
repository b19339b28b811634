"""Icons of Lucide, each drawn once: the library copies the XML of an icon and writes it anew wherever it stands."""

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide

register = template.Library()
register.simple_tag(lru_cache(maxsize=1024)(lucide), name="icon")
