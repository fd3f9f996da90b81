-- The rows of features spread over the nodes of a Citus cluster by entity. Run in the coordinator's database after the
-- first feature-store has made its tables, while none runs:
--   psql "$ADDRESS" -v ON_ERROR_STOP=1 -f deploy/postgresql/citus.sql
-- Every unique key of the distributed tables holds entity_key, and history and latest rows of an entity are on one node.
-- Documents, jobs and the registry stay on the coordinator: jobs are taken with FOR UPDATE SKIP LOCKED, which Citus has
-- for rows of one node only.
SELECT create_distributed_table('feature_history', 'entity_key');
SELECT create_distributed_table('feature_latest', 'entity_key', colocate_with => 'feature_history');
