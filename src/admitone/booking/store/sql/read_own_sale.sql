-- One sale of an organization.
-- Inputs   event_id, organization_id
select event_id, capacity from booking.sales
 where event_id = %(event_id)s and organization_id = %(organization_id)s;
