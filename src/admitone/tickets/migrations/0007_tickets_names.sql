-- Whether an organizer asks for the name of each guest; the names are tickets.tickets.holder_name.
ALTER TABLE tickets.transfer_terms ADD COLUMN asks_names boolean NOT NULL DEFAULT false;
