-- name: block_address
-- Record what a report says about the address that a mail was handed over for.
-- Inputs   mail_id, reason (bounce | complaint), detail
-- Outputs  rowcount 0 where the mail was never handed over, or is deleted
-- Invariant  a complaint does not replace a bounce, which stops more mails, and is not forgotten with it.
insert into mail.blocked_addresses as known (address_key, reason, detail, mail_id, complained_at)
select address_key, %(reason)s, %(detail)s, mail_id,
       case when %(reason)s = 'complaint' then clock_timestamp() end
  from mail.addressees where mail_id = %(mail_id)s
    on conflict (address_key) do update
   set reason = case when known.reason = 'bounce' then known.reason else excluded.reason end,
       complained_at = coalesce(known.complained_at, excluded.complained_at,
                                case when known.reason = 'complaint' then known.blocked_at end),
       detail = excluded.detail, mail_id = excluded.mail_id, blocked_at = excluded.blocked_at;


-- name: read_block
-- What is known against an address; none: mail is sent to it.
-- Inputs   address_keys (of one address, by each secret of the ring)
-- Outputs  reason, detail, blocked_at; booking_id (of the mail that the report was about; null: it had none, or is deleted)
select b.reason, b.detail, b.blocked_at, o.booking_id
  from mail.blocked_addresses b left join mail.outbox o on o.id = b.mail_id
 where b.address_key = any(%(address_keys)s::text[]) order by b.reason limit 1;


-- name: lift_bounce
-- Send mail to an address again that bounced. What its reader complained about stays as it was.
-- Inputs   address_keys (of one address, by each secret of the ring)
-- Outputs  is_lifted, for each row: it was a bounce
-- Invariant  a complaint is the reader's: it is never lifted here.
with known as (
    select address_key, reason, coalesce(complained_at, case when reason = 'complaint' then blocked_at end) as complained_at
      from mail.blocked_addresses where address_key = any(%(address_keys)s::text[]) for update
),
kept as (
    update mail.blocked_addresses b set reason = 'complaint', detail = '', blocked_at = known.complained_at
      from known where b.address_key = known.address_key and known.reason = 'bounce' and known.complained_at is not null
),
lifted as (
    delete from mail.blocked_addresses b using known
     where b.address_key = known.address_key and known.reason = 'bounce' and known.complained_at is null
)
select known.reason = 'bounce' as is_lifted from known;


-- name: unblock_address
-- Send mail to an address again.
-- Inputs   address_keys (of one address, by each secret of the ring)
-- Outputs  rowcount 0 where the address was not blocked
delete from mail.blocked_addresses where address_key = any(%(address_keys)s::text[]);
