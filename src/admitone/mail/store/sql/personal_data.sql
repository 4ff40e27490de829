-- name: list_person_mails
-- Mails to one person, by the address or by the person's bookings.
-- Inputs   address (any case), booking_ids, subject_ids (also the first part of a subject: `bkg_…-…`), is_everywhere
--          (mails to the address about any subject)
-- Outputs  rows in id order, without facts: they may have the code of a link
select id, kind, subject_id, booking_id, recipient, state, created_at, ended_at from mail.outbox
 where booking_id = any(%(booking_ids)s::text[])
    or lower(recipient) = lower(%(address)s)
       and (%(is_everywhere)s or split_part(subject_id, '-', 1) = any(%(subject_ids)s::text[]))
 order by id;


-- name: count_person_sign_ins
-- How many sign-in links and sessions an address has, and whether it gets no reminders.
-- Inputs   address (any case), address_keys
-- Outputs  one row: sign_in_links, sessions, is_unsubscribed
select (select count(*)::int from mail.sign_in_links where lower(address) = lower(%(address)s)) as sign_in_links,
       (select count(*)::int from mail.sessions where lower(address) = lower(%(address)s)) as sessions,
       exists (select from mail.unsubscribed where address_key = any(%(address_keys)s::text[])) as is_unsubscribed;


-- name: erase_mails
-- Remove the address and the words of mails to one person, and of ended mails about what the person bought or
-- transferred. Mails to the person that wait are not sent.
-- Inputs   as list_person_mails
-- Outputs  rowcount
-- Invariant  a sender that has the mail at this moment finds it ended, and changes nothing. The error may quote the
--            address: mail servers do.
update mail.outbox
   set recipient = null, facts = null, state = case when ended_at is null then 'skipped' else state end,
       error = case when ended_at is null or error is not null then 'erased' end,
       ended_at = coalesce(ended_at, clock_timestamp())
 where (ended_at is null or recipient is not null or facts is not null or error <> 'erased')
   and (booking_id = any(%(booking_ids)s::text[])
        or lower(recipient) = lower(%(address)s)
           and (%(is_everywhere)s or split_part(subject_id, '-', 1) = any(%(subject_ids)s::text[]))
        or ended_at is not null and split_part(subject_id, '-', 1) = any(%(subject_ids)s::text[]));


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
