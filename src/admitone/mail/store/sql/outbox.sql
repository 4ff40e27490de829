-- name: put_mails
-- Put mails into the outbox, a batch a statement.
-- Inputs   parallel arrays ids, kinds, subject_ids, versions, booking_ids, recipients, facts, waits (seconds),
--          send_befores (null: `life_seconds` from now), bulks
-- Invariant  a (kind, subject, version) is put once: a mail that is there is left as it is.
insert into mail.outbox (id, kind, subject_id, version, booking_id, recipient, facts, is_bulk, send_after, send_before)
select id, kind, subject_id, version, booking_id, recipient, facts::json, is_bulk,
       clock_timestamp() + make_interval(secs => wait),
       coalesce(send_before, clock_timestamp() + make_interval(secs => %(life_seconds)s))
  from unnest(%(ids)s::text[], %(kinds)s::text[], %(subject_ids)s::text[], %(versions)s::int[],
              %(booking_ids)s::text[], %(recipients)s::text[], %(facts)s::text[], %(waits)s::int[],
              %(send_befores)s::timestamptz[], %(bulks)s::bool[])
       as r(id, kind, subject_id, version, booking_id, recipient, facts, wait, send_before, is_bulk)
    on conflict (kind, subject_id, version, copy) do nothing;


-- name: claim_mails
-- Take mails that are due: this sender has them for `lease_seconds`, and no other sender gets them meanwhile.
-- Inputs   size, lease_seconds, booking_wait_seconds (mails about bookings that are younger are left alone)
-- Outputs  whole rows after the change; mails to an address (a sign-in link, a transfer, an offer) before
--          those about a booking, which come by the thousand after a rush, and these before bulk
-- Invariant  one sender at a time has a mail. A mail whose sender stopped while it handed the mail over is taken again,
--            and counted as unsure: the server may have accepted it.
with due as (
    select id from mail.outbox
     where state in ('queued', 'claimed', 'sending') and send_after <= clock_timestamp()
       and (booking_id is null
            or created_at <= clock_timestamp() - make_interval(secs => %(booking_wait_seconds)s))
     order by is_bulk, booking_id is not null, send_after limit %(size)s
       for update skip locked
), claimed as (
    update mail.outbox o
       set state = 'claimed', attempts = o.attempts + 1, unsure = o.unsure + (o.state = 'sending')::int,
           send_after = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
      from due where o.id = due.id
    returning o.*
)
select * from claimed order by is_bulk, booking_id is not null, created_at;


-- name: begin_sending
-- From here on the server may have the mail, for this address.
-- Inputs   id, attempts (of the sender that has it), lease_seconds, address_key (keyed hash of the address)
-- Outputs  rowcount 0 where another sender has the mail by now: nothing may be sent
with begun as (
    update mail.outbox
       set state = 'sending', send_after = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
     where id = %(id)s and attempts = %(attempts)s and state = 'claimed'
    returning id
)
insert into mail.addressees (mail_id, address_key) select id, %(address_key)s from begun
    on conflict (mail_id) do update set address_key = excluded.address_key;


-- name: count_due
-- How many mails wait to be sent now, counted up to `counted_max`.
select count(*)::int as due
  from (select 1 from mail.outbox where state in ('queued', 'claimed', 'sending') and send_after <= clock_timestamp()
         limit %(counted_max)s) counted;


-- name: is_told
-- Whether a mail that was sent has told this state of the subject, or a later one.
-- Inputs   kind, subject_id, version, copy (a mail that a person sends again is not compared)
select exists (select from mail.outbox
                where kind = %(kind)s and subject_id = %(subject_id)s and state = 'sent' and told >= %(version)s
                  and copy = %(copy)s) as is_told;


-- name: end_mail
-- A mail was sent, or will not be.
-- Inputs   id, attempts (of the sender that has it), state (sent | skipped | failed), told, error, is_kept (a person
--          may send it again: recipient and facts stay)
-- Outputs  rowcount 0 where another sender has the mail by now
-- Invariant  what is not needed any more is erased in the same statement.
update mail.outbox
   set state = %(state)s, told = %(told)s, error = %(error)s, ended_at = clock_timestamp(),
       recipient = case when %(is_kept)s then recipient end, facts = case when %(is_kept)s then facts end
 where id = %(id)s and attempts = %(attempts)s and state in ('claimed', 'sending');


-- name: postpone_mail
-- Send a mail again later.
-- Inputs   id, attempts (of the sender that has it), wait_seconds, error, unsure (0 or 1: the outcome is not known)
update mail.outbox
   set state = 'queued', send_after = clock_timestamp() + make_interval(secs => %(wait_seconds)s), error = %(error)s,
       unsure = unsure + %(unsure)s
 where id = %(id)s and attempts = %(attempts)s and state in ('claimed', 'sending');


-- name: release_mails
-- Give claimed mails back: no server answers, and none of them was tried.
-- Inputs   parallel arrays ids, attempts (of the sender that has them); wait_seconds, error
update mail.outbox o
   set state = 'queued', send_after = clock_timestamp() + make_interval(secs => %(wait_seconds)s), error = %(error)s,
       attempts = o.attempts - 1
  from unnest(%(ids)s::text[], %(attempts)s::int[]) as r(id, attempts)
 where o.id = r.id and o.attempts = r.attempts and o.state in ('claimed', 'sending');


-- name: list_mails
-- Mails by state, the newest first.
-- Inputs   state (null: any), size
select * from mail.outbox
 where %(state)s::text is null or state = %(state)s
 order by id desc limit %(size)s;


-- name: read_mail
-- One mail.
select * from mail.outbox where id = %(id)s;


-- name: copy_mail
-- Send a mail again, as a new mail with a Message-ID of its own.
-- Inputs   id, new_id, life_seconds
-- Outputs  the new row; none where the mail is unknown, waits to be sent, or has no recipient any more (that of a
--          promo code is read when the mail is sent)
-- Invariant  the row of before stays as it is.
insert into mail.outbox (id, kind, subject_id, version, copy, booking_id, recipient, facts, send_before)
select %(new_id)s, kind, subject_id, version,
       (select max(m.copy) + 1 from mail.outbox m
         where m.kind = o.kind and m.subject_id = o.subject_id and m.version = o.version),
       booking_id, recipient, facts, clock_timestamp() + make_interval(secs => %(life_seconds)s)
  from mail.outbox o
 where id = %(id)s and ended_at is not null
   and (booking_id is not null or recipient is not null or kind = 'promo_code')
returning *;


-- name: list_booking_mails
-- The mails of one booking, the newest first.
-- Inputs   booking_id, size
select * from mail.outbox where booking_id = %(booking_id)s order by id desc limit %(size)s;


-- name: find_mail_of
-- The newest mail of one kind of a booking.
-- Inputs   booking_id, kind
select id from mail.outbox where booking_id = %(booking_id)s and kind = %(kind)s order by id desc limit 1;


-- name: lock_mails_of
-- Serialize what counts the mails of one subject before it adds one, until this transaction ends.
-- Inputs   subject (a booking, or the beginning of the subjects of an organization's tests)
select pg_advisory_xact_lock(hashtextextended('mail.count ' || %(subject)s::text, 0));


-- name: count_copies
-- How many mails of a booking a person sent again in the last day.
-- Inputs   booking_id
-- Invariant  the caller has the lock of `lock_mails_of`: copies at the same moment are counted one after the other.
select count(*)::int as copies from mail.outbox
 where booking_id = %(booking_id)s and copy > 0 and created_at > clock_timestamp() - interval '1 day';


-- name: count_tests
-- How many test mails an organization sent in the last day.
-- Inputs   beginning (of their subjects)
-- Invariant  the caller has the lock of `lock_mails_of`.
select count(*)::int as tests from mail.outbox
 where kind = 'test' and starts_with(subject_id, %(beginning)s) and created_at > clock_timestamp() - interval '1 day';


-- name: is_reminded
-- Whether the reminders of an event for this day were ordered.
-- Inputs   event_id, day
select exists (select from mail.reminded_events where event_id = %(event_id)s and day = %(day)s) as is_reminded;


-- name: record_reminded
-- The reminders of an event for this day are ordered.
-- Inputs   event_id, day
insert into mail.reminded_events (event_id, day) values (%(event_id)s, %(day)s) on conflict do nothing;


-- name: forget_mails
-- Delete mails that ended some time ago, events that were reminded before that, and the words of servers about mails
-- that are deleted: they may quote an address. The blocks stay.
-- Inputs   keep_days
with events as (
    delete from mail.reminded_events where reminded_at < clock_timestamp() - make_interval(days => %(keep_days)s)
), words as (
    update mail.blocked_addresses set detail = ''
     where blocked_at < clock_timestamp() - make_interval(days => %(keep_days)s) and detail <> ''
)
delete from mail.outbox where ended_at < clock_timestamp() - make_interval(days => %(keep_days)s);
