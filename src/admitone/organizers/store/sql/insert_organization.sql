-- Purpose: a new organization.
-- Inputs: id, name, now.  Outputs: none.  Invariant: an id is never reused (primary key).
INSERT INTO organizers.organizations (id, name, created_at)
VALUES (%(id)s, %(name)s, %(now)s)
