"""Facts as data → files: JSON, YAML, a folder of CSV files, a workbook. What is written reads back as the same facts."""
