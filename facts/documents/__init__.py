"""Facts files as documents: bytes → plain values, each with a place, before any meaning is given to them."""
