-- One leader a queue and round; the others pass by. Falls with the transaction, hence with the process.
-- Inputs   id
select pg_try_advisory_xact_lock(%(space)s, %(id)s) as leads;
