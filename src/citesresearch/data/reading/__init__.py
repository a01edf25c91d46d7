"""Files of any shape to rows of text: bytes, text files, workbooks, folders."""
