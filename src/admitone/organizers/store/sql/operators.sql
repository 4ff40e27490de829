-- name: grant_operator
-- Purpose: a person operates the installation.
-- Inputs: person_id, now.  Outputs: rowcount 0 where they do already.
UPDATE organizers.people
SET operator_since = %(now)s
WHERE id = %(person_id)s AND operator_since IS NULL;


-- name: revoke_operator
-- Purpose: a person does not operate the installation any more.
-- Inputs: person_id.  Outputs: rowcount 0 where they did not.
UPDATE organizers.people
SET operator_since = NULL
WHERE id = %(person_id)s AND operator_since IS NOT NULL;


-- name: list_operators
-- Purpose: who operates the installation, the first granted first.
-- Inputs: none.  Outputs: person_id, name, email (null: signs in by links), since.
SELECT id AS person_id, name, email, operator_since AS since
FROM organizers.people
WHERE operator_since IS NOT NULL
ORDER BY operator_since, id;
