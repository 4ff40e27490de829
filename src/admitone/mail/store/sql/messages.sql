-- name: lock_messages
-- Serialize the messages to the buyers of one event until this transaction ends.
-- Inputs   event_id
select pg_advisory_xact_lock(hashtextextended('mail.messages ' || %(event_id)s::text, 0));


-- name: insert_message
-- A message to the buyers of an event, if the event has not had too many today.
-- Inputs   id, organization_id, event_id, subject, text, sent_by, recipients, day_max
-- Outputs  the row; none where the limit is reached
-- Invariant  the caller has the lock of `lock_messages`: messages at the same moment are counted one after the other.
with counted as (
    select count(*) as today from mail.messages
     where event_id = %(event_id)s and created_at > clock_timestamp() - interval '1 day'
)
insert into mail.messages (id, organization_id, event_id, subject, text, sent_by, recipients)
select %(id)s, %(organization_id)s, %(event_id)s, %(subject)s, %(text)s, %(sent_by)s, %(recipients)s
  from counted where today < %(day_max)s
returning *;


-- name: count_today
-- How many messages the buyers of an event got in the last day.
-- Inputs   event_id
select count(*)::int as messages from mail.messages
 where event_id = %(event_id)s and created_at > clock_timestamp() - interval '1 day';


-- name: read_message
-- One message, and its audience (null: everyone).
select m.*, a.audience from mail.messages m left join mail.message_audiences a on a.message_id = m.id
 where m.id = %(id)s;


-- name: list_messages
-- The messages of an organization to the buyers of one event, the newest first.
-- Inputs   organization_id, event_id, size
select m.*, a.audience from mail.messages m left join mail.message_audiences a on a.message_id = m.id
 where m.organization_id = %(organization_id)s and m.event_id = %(event_id)s
 order by m.created_at desc, m.id desc limit %(size)s;


-- name: insert_audience
-- To which buyers a message goes; a message without a row goes to everyone.
-- Inputs   message_id, audience (JSON)
insert into mail.message_audiences (message_id, audience) values (%(message_id)s, %(audience)s::json);
