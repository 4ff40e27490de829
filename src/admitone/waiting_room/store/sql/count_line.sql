-- How full the sale is. The caller holds the line, so nothing moves.
-- Inputs   queue_id
-- Outputs  active: live passes; called: called ranks whose turn lasts and that have not come; taken: all passes ever
with standing as (
    select from_rank, upto_rank from waiting_room.steps
     where queue_id = %(queue_id)s and ends_at > clock_timestamp()
)
select (select count(*) from waiting_room.passes where queue_id = %(queue_id)s and ended_at is null) as active,
       coalesce((select sum(upto_rank - from_rank) from standing), 0)
         - (select count(*) from waiting_room.passes p
             where p.queue_id = %(queue_id)s and p.rank >= (select min(from_rank) from standing)) as called,
       (select count(*) from waiting_room.passes where queue_id = %(queue_id)s) as taken,
       clock_timestamp() as now;
