-- Who operates the installation. The command line alone sets it: no route of the API or the console writes this column.
ALTER TABLE organizers.people ADD COLUMN operator_since timestamptz;

CREATE INDEX people_operators ON organizers.people (operator_since) WHERE operator_since IS NOT NULL;
