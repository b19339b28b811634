"""Which test runs in which process: `pytest --dist=loadscope`."""

from xdist.scheduler import LoadScopeScheduling

# What is dear is made once and shared: the demo company, and what the lunar libraries say about every day.
TOGETHER = ("tests/crm/demo/", "tests/crm/calendars/")


class Scheduling(LoadScopeScheduling):
    """These folders in one process each, first of all; every other test wherever there is room."""

    def _split_scope(self, nodeid):
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)
