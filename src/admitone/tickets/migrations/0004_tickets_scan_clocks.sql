-- A scan whose device had no plausible clock: it is kept with the moment of its arrival as scanned_at, never comes
-- before one with a good clock, and is listed for the organizer. device_time: what the device said, where it can be read.
ALTER TABLE tickets.scans ADD COLUMN clock text CHECK (clock IN ('ahead', 'behind', 'unset', 'unreadable'));
ALTER TABLE tickets.scans ADD COLUMN device_time timestamptz;
