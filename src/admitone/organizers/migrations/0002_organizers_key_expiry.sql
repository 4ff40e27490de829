-- An API key may end by itself: temporary staff, a trial of a partner's program.
ALTER TABLE organizers.api_keys ADD COLUMN expires_at timestamptz;
