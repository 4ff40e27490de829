-- Change what an organizer may change during the sale. Parameters come in pairs: whether it is given, and its value.
-- Inputs   event_id, organization_id, and pairs has_<name>, <name>
-- Outputs  a row where the queue is the organization's
update waiting_room.queues
   set paused = case when %(has_paused)s then %(paused)s else paused end,
       message = case when %(has_message)s then %(message)s else message end,
       live_rate_per_minute = case when %(has_rate_per_minute)s then %(rate_per_minute)s else live_rate_per_minute end,
       live_max_active = case when %(has_max_active)s then %(max_active)s else live_max_active end,
       turn_seconds = case when %(has_turn_seconds)s then %(turn_seconds)s else turn_seconds end,
       pass_seconds = case when %(has_pass_seconds)s then %(pass_seconds)s else pass_seconds end,
       proof_above_per_minute = case when %(has_proof_above_per_minute)s then %(proof_above_per_minute)s
                                     else proof_above_per_minute end,
       beacon_name = case when %(has_beacon)s then %(beacon_name)s else beacon_name end,
       beacon_round = case when %(has_beacon)s then %(beacon_round)s else beacon_round end,
       beacon_value = case when %(has_beacon_value)s then %(beacon_value)s else beacon_value end
 where event_id = %(event_id)s and organization_id = %(organization_id)s
returning id;
