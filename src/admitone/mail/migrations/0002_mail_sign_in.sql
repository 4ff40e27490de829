-- Links that are sent to an address, and the sessions that they are exchanged for. No row has a secret: the code of a
-- link is a signature of its id, and of a session's token only the digest is kept.
create table mail.sign_in_links (
    id          text primary key,
    address     text        not null,
    address_key text        not null,              -- keyed hash: links are counted by it
    block_key   text,                              -- keyed hash of the client's address block; null: no public address
    created_at  timestamptz not null default clock_timestamp(),
    expires_at  timestamptz not null,
    used_at     timestamptz
);
create index sign_in_links_by_address on mail.sign_in_links (address_key, created_at);
create index sign_in_links_by_block on mail.sign_in_links (block_key, created_at) where block_key is not null;
create index sign_in_links_by_time on mail.sign_in_links (created_at);

create table mail.sessions (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    address    text        not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
);
create index sessions_by_address on mail.sessions (address);
create index sessions_by_end on mail.sessions (expires_at);
