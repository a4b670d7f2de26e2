"""What a cell of text may look like, as regular expressions that mean the same to every engine."""

TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
"""A time of day, after the day and a blank or T."""
ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
"""How far the local time is from UTC."""
DIGITS = r"-?[0-9]{1,15}"
"""A whole number."""
