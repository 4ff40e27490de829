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
-- How many sign-in links and sessions an address has, and what the keyed hashes say: to whom it gave up mails, why it
-- gets none, and how many mails were handed over for it.
-- Inputs   address (any case), address_keys
-- Outputs  one row: sign_in_links, sessions, is_unsubscribed, unsubscribed_messages (ids of organizations),
--          blocked (null: mail is sent to it; else reason, detail, blocked_at), sent_mails
select (select count(*)::int from mail.sign_in_links where lower(address) = lower(%(address)s)) as sign_in_links,
       (select count(*)::int from mail.sessions where lower(address) = lower(%(address)s)) as sessions,
       exists (select from mail.unsubscribed where address_key = any(%(address_keys)s::text[])) as is_unsubscribed,
       array(select organization_id from mail.unsubscribed_messages where address_key = any(%(address_keys)s::text[])
              order by 1) as unsubscribed_messages,
       (select json_build_object('reason', reason, 'detail', detail, 'blocked_at', blocked_at)
          from mail.blocked_addresses where address_key = any(%(address_keys)s::text[]) order by reason limit 1)
       as blocked,
       (select count(*)::int from mail.addressees where address_key = any(%(address_keys)s::text[])) as sent_mails;


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


-- name: erase_addressees
-- Delete for whom mails were handed over: a report about one of them blocks no address any more.
-- Inputs   as list_person_mails; address_keys
delete from mail.addressees a
 where a.address_key = any(%(address_keys)s::text[])
   and (%(is_everywhere)s
        or exists (select from mail.outbox o
                    where o.id = a.mail_id
                      and (o.booking_id = any(%(booking_ids)s::text[])
                           or split_part(o.subject_id, '-', 1) = any(%(subject_ids)s::text[]))));


-- name: erase_block_detail
-- Remove the words of the receiving server, which may quote the address.
-- Inputs   address_keys
-- Invariant  the block itself stays: no mail is sent to a person who objected.
update mail.blocked_addresses set detail = ''
 where address_key = any(%(address_keys)s::text[]) and detail <> '';


-- name: erase_blocks
-- Delete the block of an address.
-- Inputs   address_keys
delete from mail.blocked_addresses where address_key = any(%(address_keys)s::text[]);


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


-- name: erase_unsubscribed_messages
-- Delete the hashes of an address that gets no messages of some organizations.
-- Inputs   address_keys
delete from mail.unsubscribed_messages where address_key = any(%(address_keys)s::text[]);
