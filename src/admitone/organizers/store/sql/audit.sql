-- name: insert_audit_entry
-- Purpose: one entry of the audit trail.
-- Inputs: every column.  Outputs: none.  Invariant: entries are never changed (trigger).
INSERT INTO organizers.audit_entries
    (id, organization_id, at, actor_kind, actor_id, actor_name, address, agent, action, subject, sent, before)
VALUES
    (%(id)s, %(organization_id)s, %(at)s, %(actor_kind)s, %(actor_id)s, %(actor_name)s, %(address)s, %(agent)s,
     %(action)s, %(subject)s, %(sent)s, %(before)s);


-- name: list_audit_entries
-- Purpose: a page of the audit trail, the newest first.
-- Inputs: organization_id; pattern (ILIKE over names, actions, subjects, addresses and what was sent; null: all),
--         actor_kind (null: all), starts, ends (null: no bound), size, skip.
-- Outputs: every column, and total: how many entries match.
SELECT id, at, actor_kind, actor_id, actor_name, address, agent, action, subject, sent, before,
       count(*) OVER () AS total
FROM organizers.audit_entries
WHERE organization_id = %(organization_id)s
  AND (%(pattern)s::text IS NULL
       OR concat_ws(' ', actor_name, actor_id, action, subject, address, sent::text) ILIKE %(pattern)s)
  AND (%(actor_kind)s::text IS NULL OR actor_kind = %(actor_kind)s)
  AND (%(starts)s::timestamptz IS NULL OR at >= %(starts)s)
  AND (%(ends)s::timestamptz IS NULL OR at < %(ends)s)
ORDER BY id DESC
LIMIT %(size)s OFFSET %(skip)s;
