-- name: unsubscribe
-- An address gets no reminders any more.
-- Inputs   address_key (keyed hash of the address)
insert into mail.unsubscribed (address_key) values (%(address_key)s) on conflict do nothing;


-- name: is_unsubscribed
-- Whether one of these addresses gets no reminders.
-- Inputs   address_keys (of one address, by each secret of the ring)
select exists (select from mail.unsubscribed where address_key = any(%(address_keys)s::text[])) as is_unsubscribed;
