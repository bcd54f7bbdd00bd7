"""Bringing contacts in from files.

A reader knows one kind of file: it says whether a header is its own and turns each row into a
contact or into a reason. To learn another kind, write its reader and add it to `READERS`. What
happens before (bytes into rows: `table.py`) and after (preview, import: `services.py`) is the same
for all.
"""
