"""A notebook executed in a process that may fail, hang or be killed: knows no campagne."""
