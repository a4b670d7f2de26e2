"""Writing plan documents: skeletons, targets put into a document, and the canonical layout. Comments are kept."""
