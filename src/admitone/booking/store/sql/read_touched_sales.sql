-- Whose word of availability may have changed: counted again since then, or a sale that opened or closed.
-- Inputs   since, until (timestamptz)
-- Outputs  as read_availability, without sections
-- Invariant  a caller whose clock is ahead of this one still reads the counts of the last half minute.
select event_id, open, on_sale_at, off_sale_at, capacity, available
  from booking.sales
 where counted_at >= least(%(since)s, clock_timestamp() - interval '30 seconds')
    or (on_sale_at >= %(since)s and on_sale_at <= %(until)s)
    or (off_sale_at >= %(since)s and off_sale_at <= %(until)s);
