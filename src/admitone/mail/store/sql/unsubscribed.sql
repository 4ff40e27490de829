-- name: unsubscribe
-- An address gets no reminders any more.
-- Inputs   address_key (keyed hash of the address)
insert into mail.unsubscribed (address_key) values (%(address_key)s) on conflict do nothing;


-- name: is_unsubscribed
-- Whether one of these addresses gets no reminders.
-- Inputs   address_keys (of one address, by each secret of the ring)
select exists (select from mail.unsubscribed where address_key = any(%(address_keys)s::text[])) as is_unsubscribed;


-- name: unsubscribe_from_messages
-- An address gets no messages of an organization any more.
-- Inputs   address_key (keyed hash of the address), organization_id
insert into mail.unsubscribed_messages (address_key, organization_id) values (%(address_key)s, %(organization_id)s)
    on conflict do nothing;


-- name: is_unsubscribed_from_messages
-- Whether one of these addresses gets no messages of an organization.
-- Inputs   address_keys (of one address, by each secret of the ring), organization_id
select exists (select from mail.unsubscribed_messages
                where address_key = any(%(address_keys)s::text[])
                  and organization_id = %(organization_id)s) as is_unsubscribed;
