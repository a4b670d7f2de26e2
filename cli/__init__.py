"""How people meet it."""
