"""The waiting room: a fair queue that anyone can verify, admitted at the rate that booking sustains."""
