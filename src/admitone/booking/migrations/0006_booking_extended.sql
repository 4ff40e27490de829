-- When a hold was made to last longer because its bank asked the buyer something; null: never. It happens once.
alter table booking.bookings add column extended_at timestamptz;
