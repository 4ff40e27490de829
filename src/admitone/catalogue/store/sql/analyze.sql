-- Purpose: tell the planner how large the tables are now; after a large import it would plan for empty ones.
-- Inputs: none.  Outputs: none.
ANALYZE catalogue.venues, catalogue.performers, catalogue.events
