"""Pure rules of mail: what each mail says, when it is sent again, and when it is given up."""
