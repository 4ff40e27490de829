-- While this transaction lives, nobody is called and no turn is found missed; many may take their turns at once.
-- Advisory, because its waiters stand in line: a round is not starved by those who take turns.
-- Inputs   ids, sorted
select pg_advisory_xact_lock_shared(%(space)s, id) from unnest(%(ids)s::int[]) as id;
