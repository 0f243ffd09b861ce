import { migrate } from '#lib/platform/migrate.ts'
import { localSettings } from './local-settings.ts'

/* Brings the database of DATABASE_MIGRATE_URL up to date; where none is set, the local one that `npm start` uses. */

const local = process.env['DATABASE_MIGRATE_URL'] ? null : await localSettings()
try {
  const applied = await migrate(local?.settings.DATABASE_MIGRATE_URL ?? process.env['DATABASE_MIGRATE_URL'] ?? '', { log: console.log })
  console.log(applied.length === 0 ? 'the database is up to date' : `${applied.length} applied`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  await local?.stop()
}
