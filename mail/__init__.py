"""One mail as a value: read, judged and written here, without I/O and without a clock."""
