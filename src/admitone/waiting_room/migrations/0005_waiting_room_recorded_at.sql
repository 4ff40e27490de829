-- Name the moment of a load report as the code does: reports are recorded.

ALTER TABLE waiting_room.loads RENAME COLUMN noted_at TO recorded_at;
