-- Claims of one event that still stand, with the milliseconds they have left (being paid: at least a minute).
select b.id, b.status, b.indexes,
       case when b.status = 'paying' then 60000
            else ceil(extract(epoch from b.expires_at - clock_timestamp()) * 1000) end::bigint as remaining_ms
  from booking.bookings b
 where b.id in (select distinct booking_id from booking.tickets where event_id = %(event_id)s and state = 'c')
   and (b.status = 'paying' or (b.status = 'in_progress' and b.expires_at > clock_timestamp()));
