-- When the reader of an address reported a mail as unwanted. A bounce is lifted without it; null: never.
alter table mail.blocked_addresses add column complained_at timestamptz;
update mail.blocked_addresses set complained_at = blocked_at where reason = 'complaint';
