-- When a code for one person was mailed to them: each is mailed once.
alter table booking.promo_codes add column mailed_at timestamptz;
