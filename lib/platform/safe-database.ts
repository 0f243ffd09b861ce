import { pool } from './db.ts'

/** Refuses to start where the application role could rewrite history: it must not own, nor be able to become, the records' owner. */
export async function assertSafeDatabase(): Promise<void> {
  const { rows } = await pool().query<{ owns: boolean; superuser: boolean; writes: boolean }>(`
    select pg_has_role(current_user, c.relowner, 'member') as owns,
      (select rolsuper from pg_roles where rolname = current_user) as superuser,
      has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') as writes
    from pg_class c where c.oid = 'record'::regclass`)
  const found = rows[0]
  if (!found) throw new Error('the records table is missing: run the migrations with DATABASE_MIGRATE_URL first')
  if (found.superuser || found.owns || found.writes) {
    throw new Error(`DATABASE_URL's role ${found.superuser ? 'is a superuser' : found.owns ? 'owns the records table' : 'may change the records table'}; use a role that may only insert there (see docs/guides/operate.md)`)
  }
}
