-- The history in monthly partitions, for PostgreSQL 15 or newer. Run once in the empty database before the first
-- feature-store starts, then each month:
--   psql "$ADDRESS" -v ON_ERROR_STOP=1 -f deploy/postgresql/partitions.sql
--   psql "$ADDRESS" -c "SELECT feature_history_months('2026-01-01', '2028-01-01')"
-- Old months go away at once and without vacuuming: DROP TABLE feature_history_2024_01. Rows of times that have no month
-- are in feature_history_other; a month is only made while that holds none of its rows.
CREATE TABLE IF NOT EXISTS feature_history (
    view_id BIGINT NOT NULL, entity_key BYTEA NOT NULL, event_time BIGINT NOT NULL,
    created_time BIGINT NOT NULL, sequence BIGINT NOT NULL, deleted BOOLEAN NOT NULL, vals BYTEA NOT NULL,
    source TEXT NOT NULL, PRIMARY KEY (view_id, entity_key, event_time, created_time, sequence))
    PARTITION BY RANGE (event_time);
CREATE TABLE IF NOT EXISTS feature_history_other PARTITION OF feature_history DEFAULT;

-- Makes the months from the first day up to the last that are not there yet; tells how many.
CREATE OR REPLACE FUNCTION feature_history_months(first DATE, last DATE) RETURNS INT LANGUAGE plpgsql AS $$
DECLARE
    month DATE;
    made INT := 0;
    name TEXT;
    -- Microseconds since 1970 in UTC.
    start BIGINT;
    stop BIGINT;
BEGIN
    month := date_trunc('month', first);
    WHILE month < last LOOP
        name := 'feature_history_' || to_char(month, 'YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            start := extract(epoch FROM month::timestamp) * 1000000;
            stop := extract(epoch FROM (month + INTERVAL '1 month')::timestamp) * 1000000;
            EXECUTE format('CREATE TABLE %I PARTITION OF feature_history FOR VALUES FROM (%s) TO (%s)', name, start, stop);
            made := made + 1;
        END IF;
        month := month + INTERVAL '1 month';
    END LOOP;
    RETURN made;
END $$;
SELECT feature_history_months((now() - INTERVAL '1 year')::date, (now() + INTERVAL '2 years')::date);
