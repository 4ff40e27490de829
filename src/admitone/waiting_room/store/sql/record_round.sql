-- Write down what a round decided; only its leader does.
update waiting_room.queues
   set serving = %(serving)s, round_at = %(round_at)s, credit = %(credit)s, outflow_per_minute = %(outflow)s,
       inflow_per_minute = %(inflow)s, inflow_size = %(inflow_size)s, capacity_per_minute = %(capacity)s,
       unsold = %(unsold)s, places_taken = %(places_taken)s, on_since = %(on_since)s, overload_since = %(overload_since)s, calm_since = %(calm_since)s
 where id = %(id)s and serving <= %(serving)s;
