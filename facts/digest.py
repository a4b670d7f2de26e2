"""SHA-256 without loading OpenSSL, as the standard library's own ``random`` does: hashlib costs a tenth of a start."""

try:
    from _sha2 import sha256  # type: ignore[import-not-found, unused-ignore]  # Python 3.12 and later
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found, no-redef, unused-ignore]  # Python 3.11
    except ImportError:
        from hashlib import sha256

__all__ = ["sha256"]
