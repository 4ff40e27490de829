"""The tables of the catalogue. Rows are JSON on the wire: one parameter in, one struct out, for any number of rows."""
