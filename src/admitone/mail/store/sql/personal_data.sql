-- name: list_person_mails
-- Mails to one person, by the address or by the person's bookings.
-- Inputs   address (any case), booking_ids
-- Outputs  rows in id order, without facts: they may have the code of a link
select id, kind, subject_id, booking_id, recipient, state, created_at, ended_at from mail.outbox
 where lower(recipient) = lower(%(address)s) or booking_id = any(%(booking_ids)s::text[])
 order by id;


-- name: count_person_sign_ins
-- How many sign-in links and sessions an address has, and whether it gets no reminders.
-- Inputs   address (any case), address_keys
-- Outputs  one row: sign_in_links, sessions, is_unsubscribed
select (select count(*)::int from mail.sign_in_links where lower(address) = lower(%(address)s)) as sign_in_links,
       (select count(*)::int from mail.sessions where lower(address) = lower(%(address)s)) as sessions,
       exists (select from mail.unsubscribed where address_key = any(%(address_keys)s::text[])) as is_unsubscribed;


-- name: erase_mails
-- Remove the address and the words of mails to one person, and of ended mails about the person's bookings and
-- transfers. Mails to the address that wait are not sent.
-- Inputs   address (any case), booking_ids, transfer_ids
-- Outputs  rowcount
-- Invariant  a sender that has the mail at this moment finds it ended, and changes nothing.
update mail.outbox
   set recipient = null, facts = null,
       state = case when ended_at is null then 'skipped' else state end,
       error = case when ended_at is null then 'erased' else error end,
       ended_at = coalesce(ended_at, clock_timestamp())
 where lower(recipient) = lower(%(address)s)
    or ended_at is not null and (recipient is not null or facts is not null)
       and (subject_id = any(%(transfer_ids)s::text[]) or booking_id = any(%(booking_ids)s::text[]));


-- name: erase_sign_in_links
-- Delete the sign-in links of an address.
-- Inputs   address (any case)
delete from mail.sign_in_links where lower(address) = lower(%(address)s);


-- name: erase_sessions
-- Delete the sessions of an address.
-- Inputs   address (any case)
delete from mail.sessions where lower(address) = lower(%(address)s);


-- name: erase_unsubscribed
-- Delete the hash of an address that gets no reminders.
-- Inputs   address_keys
delete from mail.unsubscribed where address_key = any(%(address_keys)s::text[]);
