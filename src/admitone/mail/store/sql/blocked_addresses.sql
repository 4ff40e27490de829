-- name: block_address
-- Record what a report says about the address that a mail was handed over for.
-- Inputs   mail_id, reason (bounce | complaint), detail
-- Outputs  rowcount 0 where the mail was never handed over, or is deleted
-- Invariant  a complaint does not replace a bounce, which stops more mails.
insert into mail.blocked_addresses as known (address_key, reason, detail, mail_id)
select address_key, %(reason)s, %(detail)s, mail_id from mail.addressees where mail_id = %(mail_id)s
    on conflict (address_key) do update
   set reason = case when known.reason = 'bounce' then known.reason else excluded.reason end,
       detail = excluded.detail, mail_id = excluded.mail_id, blocked_at = excluded.blocked_at;


-- name: read_block
-- What is known against an address; none: mail is sent to it.
-- Inputs   address_keys (of one address, by each secret of the ring)
select reason, detail, blocked_at from mail.blocked_addresses
 where address_key = any(%(address_keys)s::text[]) order by reason limit 1;


-- name: unblock_address
-- Send mail to an address again.
-- Inputs   address_keys (of one address, by each secret of the ring)
-- Outputs  rowcount 0 where the address was not blocked
delete from mail.blocked_addresses where address_key = any(%(address_keys)s::text[]);
