-- Have a line (nobody takes a turn), or its round (nobody makes one), to oneself until the transaction ends.
-- Inputs   space, id
select pg_advisory_xact_lock(%(space)s, %(id)s);
