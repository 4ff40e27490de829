-- When a webhook of the provider last arrived, in one row. `refused_at`: one whose signature was not valid.
CREATE TABLE payments.webhooks (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    heard_at timestamptz,
    event_type text,
    refused_at timestamptz
);
