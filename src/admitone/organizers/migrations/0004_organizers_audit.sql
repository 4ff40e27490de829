-- The audit trail: who changed what, from where. Append-only: a trigger refuses to change or remove an entry.
CREATE TABLE organizers.audit_entries (
    id text PRIMARY KEY, -- ordered by time
    organization_id text NOT NULL REFERENCES organizers.organizations (id),
    at timestamptz NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'key', 'command')),
    actor_id text NOT NULL,
    actor_name text NOT NULL,
    address text,
    agent text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    sent jsonb,
    before jsonb
);

CREATE INDEX audit_entries_of_organization ON organizers.audit_entries (organization_id, id);

CREATE FUNCTION organizers.refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only';
END
$$;

CREATE TRIGGER audit_entries_are_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON organizers.audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION organizers.refuse_to_rewrite();
