-- Whose word of availability may have changed is asked every few seconds: by three short ranges, not by reading the
-- sale of every event. Sales that were never counted, or have no such time, are in none of them.
create index sales_by_count on booking.sales (counted_at) where counted_at is not null;
create index sales_by_opening on booking.sales (on_sale_at) where on_sale_at is not null;
create index sales_by_closing on booking.sales (off_sale_at) where off_sale_at is not null;
