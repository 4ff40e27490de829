-- A new promo code.
-- Outputs  its id; no row where the organization has the code already
insert into booking.promo_codes (id, organization_id, code, code_key, revision, percent, amount, currency, event_id,
                                 uses_max, starts_at, ends_at, created_at, updated_at)
values (%(id)s, %(organization_id)s, %(code)s, %(code_key)s, %(revision)s, %(percent)s, %(amount)s, %(currency)s,
        %(event_id)s, %(uses_max)s, %(starts_at)s, %(ends_at)s, %(created_at)s, %(updated_at)s)
on conflict (organization_id, code_key) do nothing
returning id;
