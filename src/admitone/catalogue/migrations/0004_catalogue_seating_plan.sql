-- Name the stored JSON as the documentation does: a seat map is drawn from a seating plan.

ALTER TABLE catalogue.seat_maps RENAME COLUMN plan_gzip TO seating_plan_gzip;
