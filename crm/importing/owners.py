from accounts.models import User


def owners(user):
    """To whom new customers of this user's files may be given."""
    people = User.objects.filter(is_active=True)
    if user.role == User.Role.ADMIN:
        return people
    if user.role == User.Role.MANAGER and user.team_id:
        return people.filter(team=user.team_id)
    return people.filter(pk=user.pk)


def reps_of(user):
    """{e-mail, or a name that nobody else has: rep} of those whom a file of this user's may name."""
    found, names = {}, {}
    for rep in owners(user) if user else User.objects.filter(is_active=True):
        found[rep.email.casefold()] = rep
        names.setdefault(rep.name.casefold(), []).append(rep)
    return found | {name: reps[0] for name, reps in names.items() if len(reps) == 1}
