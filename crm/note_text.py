"""A note's words as they are shown: markdown, with the people that it mentions linked."""

from django.urls import NoReverseMatch, reverse

from crm import mentions
from crm.markdown import render


def note_html(note, people):
    """The text of `note`; `people` are those linked with it whom the reader may see."""
    known = [named(person) for person in people]
    addresses = {person.pk: person_url(person.pk) for person in people}

    def links(text):
        found = mentions.find(text, known)
        return [
            (mention.start, mention.end, addresses[mention.pk]) for mention in found if addresses[mention.pk]
        ]

    return render(note.text, links)


def named(person):
    """A person as mentions know him: by his names in both orders and scripts."""
    given, family = person.given_name, person.family_name
    latin = [f"{given} {family}", f"{family} {given}"] if given and family else [given or family]
    native = [person.native_name, person.native_name.replace(" ", "")]
    return mentions.Named(person.pk, tuple(name for name in dict.fromkeys(latin + native) if name), given)


def person_url(pk):
    try:
        return reverse("person", args=[pk])
    except NoReverseMatch:
        return ""
