"""Small wrong versions of a plan's rules, and which of them its cases catch.

A case that nobody would miss guards nothing: a rule is held by cases only when every small mistake in it makes one fail.
"""
