import { migrate } from '#lib/platform/migrate.ts'
import { buildWhereStale } from './build.ts'
import { localSettings } from './local-settings.ts'

/* `npm start`: builds what is stale, migrates, serves. Settings come from the environment; with no DATABASE_URL, a PostgreSQL of this checkout's own. */

const code = await buildWhereStale()
if (code !== 0) process.exit(code)
Object.assign(process.env, { NODE_ENV: 'production' })
try {
  if (!process.env['DATABASE_URL']) {
    const { settings } = await localSettings()
    // What is set by hand wins, except the database: half of one server and half of another would fit nobody.
    for (const [name, value] of Object.entries(settings)) if (name.startsWith('DATABASE_') || !process.env[name]) process.env[name] = value
    console.log('no DATABASE_URL is set: using a PostgreSQL of this checkout (data in .knowngood)')
  }
  const owner = process.env['DATABASE_MIGRATE_URL']
  if (owner) await migrate(owner, { log: console.log })
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}
await import('../server.ts')
