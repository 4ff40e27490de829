-- name: insert_sign_in_link
-- A link for an address, if neither the address nor the client's block has had too many in the last hour.
-- Inputs   id, address, address_key, address_max, block_key (null: not counted), block_max, minutes
-- Outputs  one row: is_inserted, is_block_full
-- Invariant  the caller has the locks of `lock_sign_ins`: two requests at once are counted one after the other.
with counted as (
    select (select count(*) from mail.sign_in_links
             where address_key = %(address_key)s and created_at > clock_timestamp() - interval '1 hour') as of_address,
           (select count(*) from mail.sign_in_links
             where block_key = %(block_key)s::text and created_at > clock_timestamp() - interval '1 hour') as of_block
),
inserted as (
    insert into mail.sign_in_links (id, address, address_key, block_key, expires_at)
    select %(id)s, %(address)s, %(address_key)s, %(block_key)s::text,
           clock_timestamp() + make_interval(mins => %(minutes)s)
      from counted where of_address < %(address_max)s and of_block < %(block_max)s
    returning id
)
select exists (select from inserted) as is_inserted, of_block >= %(block_max)s as is_block_full from counted;


-- name: lock_sign_ins
-- Serialize the requests of one address and one block until this transaction ends.
-- Inputs   keys: texts, any order
-- Invariant  taken in ascending order by all callers: no deadlock.
select pg_advisory_xact_lock(key) from (
    select distinct hashtextextended('mail.sign_in ' || unnest(%(keys)s::text[]), 0) as key order by key) ordered;


-- name: exchange_sign_in_link
-- Use a link: its client gets a session.
-- Inputs   id, token_hash, days
-- Outputs  address; no row where the link is unknown, was used, or has expired
-- Invariant  of two clients with the same link one gets a session: both change the same row.
with used as (
    update mail.sign_in_links set used_at = clock_timestamp()
     where id = %(id)s and used_at is null and expires_at > clock_timestamp()
    returning address
)
insert into mail.sessions (token_hash, address, expires_at)
select %(token_hash)s, address, clock_timestamp() + make_interval(days => %(days)s) from used
returning address;


-- name: read_session
-- The address of a session that has not ended.
-- Inputs   token_hash
select address from mail.sessions where token_hash = %(token_hash)s and expires_at > clock_timestamp();


-- name: revoke_session
-- End a session.
-- Inputs   token_hash
delete from mail.sessions where token_hash = %(token_hash)s;


-- name: revoke_sessions
-- End all sessions of an address, and the links that are not used yet.
-- Inputs   address (any case)
-- Outputs  rowcount: sessions
with links as (delete from mail.sign_in_links where lower(address) = lower(%(address)s))
delete from mail.sessions where lower(address) = lower(%(address)s);


-- name: forget_sign_ins
-- Delete links of yesterday and sessions that have ended.
with links as (delete from mail.sign_in_links where created_at < clock_timestamp() - interval '1 day')
delete from mail.sessions where expires_at < clock_timestamp();
