"""The tables of the catalogue. Rows travel as JSON: one parameter in, one struct out, whatever their number."""
