-- The rows of features for YugabyteDB (YSQL), spread by view and entity, the history of an entity newest first. Run once in
-- the empty database before the first feature-store starts:
--   ysqlsh "$ADDRESS" -v ON_ERROR_STOP=1 -f deploy/postgresql/yugabytedb.sql
-- Without it YugabyteDB would spread by view alone: each view would be one tablet.
CREATE TABLE feature_history (
    view_id BIGINT NOT NULL, entity_key BYTEA NOT NULL, event_time BIGINT NOT NULL,
    created_time BIGINT NOT NULL, sequence BIGINT NOT NULL, deleted BOOLEAN NOT NULL, vals BYTEA NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY ((view_id, entity_key) HASH, event_time DESC, created_time DESC, sequence DESC));
CREATE TABLE feature_latest (
    view_id BIGINT NOT NULL, entity_key BYTEA NOT NULL, event_time BIGINT NOT NULL,
    created_time BIGINT NOT NULL, sequence BIGINT NOT NULL, vals BYTEA NOT NULL, times BYTEA,
    source TEXT NOT NULL, PRIMARY KEY ((view_id, entity_key) HASH));
