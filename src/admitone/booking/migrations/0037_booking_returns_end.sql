-- When an event takes no ticket back any more, and no ticket on offer is sold any more; null: neither is known. The pages
-- and the offers ask the same of booking/domain/returns_end.py.
create function booking.returns_end(terms jsonb, returns_until timestamptz) returns timestamptz
language sql stable as $$
    select least(returns_until, (terms ->> 'doors_at')::timestamptz, (terms ->> 'starts_at')::timestamptz)
$$;
