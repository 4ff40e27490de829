-- Those who look at the seats are told once that the last one is sold; null: places can be had, or are held.
alter table booking.sales add column sold_out_at timestamptz;
