"""Whether what was read may be accepted: cells, columns, keys, plausible values, names of persons in free text."""
