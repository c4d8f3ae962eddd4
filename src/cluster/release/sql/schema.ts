import type { PoolClient } from 'pg'

/**
 * Helm's tables, as its migrations make them: a database that either made the other can use, so nothing may differ.
 * Upstream: ensureDBSetup in pkg/storage/driver/sql.go; who migrated is kept as github.com/rubenv/sql-migrate keeps it.
 */
const migrations: readonly { id: string; up: string }[] = [
  {
    id: 'custom_labels',
    up: `
      CREATE TABLE custom_labels_v1 (releaseKey VARCHAR(64), releaseNamespace VARCHAR(67), key VARCHAR(317), value VARCHAR(63));
      CREATE INDEX ON custom_labels_v1 (releaseKey, releaseNamespace);
      GRANT ALL ON custom_labels_v1 TO PUBLIC;
      ALTER TABLE custom_labels_v1 ENABLE ROW LEVEL SECURITY;`,
  },
  {
    id: 'init',
    up: `
      CREATE TABLE releases_v1 (
        key VARCHAR(90), type VARCHAR(64) NOT NULL, body TEXT NOT NULL, name VARCHAR(64) NOT NULL, namespace VARCHAR(64) NOT NULL, version INTEGER NOT NULL,
        status TEXT NOT NULL, owner TEXT NOT NULL, createdAt INTEGER NOT NULL, modifiedAt INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (key, namespace)
      );
      CREATE INDEX ON releases_v1 (key, namespace);
      CREATE INDEX ON releases_v1 (version);
      CREATE INDEX ON releases_v1 (status);
      CREATE INDEX ON releases_v1 (owner);
      CREATE INDEX ON releases_v1 (createdAt);
      CREATE INDEX ON releases_v1 (modifiedAt);
      GRANT ALL ON releases_v1 TO PUBLIC;
      ALTER TABLE releases_v1 ENABLE ROW LEVEL SECURITY;`,
  },
]

/** One number for everybody who migrates, so that two runs do not do it at once. */
const lockNumber = 7_046_837_468_656_800

/** Makes the tables that are missing, all or none. */
export async function migrate(client: PoolClient): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${lockNumber})`)
    await client.query('CREATE TABLE IF NOT EXISTS gorp_migrations (id text NOT NULL PRIMARY KEY, applied_at timestamp with time zone)')
    const { rows } = await client.query<{ id: string }>('SELECT id FROM gorp_migrations')
    for (const { id, up } of migrations) {
      if (rows.some((row) => row.id === id)) continue
      await client.query(up)
      await client.query('INSERT INTO gorp_migrations (id, applied_at) VALUES ($1, now())', [id])
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}
