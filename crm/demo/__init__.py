"""A made-up manufacturer of outdoor goods with forty customers, to look around in before one's own data is there.

Nothing here asks the clock: the same seed and day always make the same company. truths.py says what was planted in
it, so that tests can compare what the program finds with what is there.
"""

REP_EMAIL = "mari.olsen@demo.example"
MANAGER_EMAIL = "elena.rossi@demo.example"
SOURCE = "demo"
