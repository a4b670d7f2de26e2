"""What the rows of a facts file mean, whatever the file's format."""
