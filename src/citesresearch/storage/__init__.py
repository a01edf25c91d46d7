"""What is written on disk: whole or not at all, by one program at a time, under names that are the program's own."""
