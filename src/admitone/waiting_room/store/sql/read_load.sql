-- How checkout fares now, all processes together; notes older than `seconds` say nothing.
select coalesce(sum(checkouts), 0)::int as checkouts, coalesce(sum(shed), 0)::int as shed,
       coalesce(max(p95_ms), 0)::int as p95_ms
  from waiting_room.loads where noted_at > clock_timestamp() - make_interval(secs => %(seconds)s);
