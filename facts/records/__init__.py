"""From case records to measurements, exactly. The meaning is docs/records.md."""
