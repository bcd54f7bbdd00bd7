"""A button pressed twice: what makes two presses one."""

from datetime import timedelta

# The same thing by the same person twice within this time is one press of the button too many.
SAME_PRESS = timedelta(minutes=1)
