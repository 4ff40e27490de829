-- The price levels of an event of which no place is available, as of counted_at: people can wait for one of them while
-- other places are for sale.
alter table booking.sales add column sold_out_levels text[] not null default '{}';
