import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrate, readMigrations } from '#lib/platform/migrate.ts'
import { root } from './files.ts'
import { dataFolder, prepareDatabase, startPostgres } from './postgres.ts'
import { missingSql } from './schema-engine.ts'

/* `npm run migration -- add_quorum_to_runs "Why …"`: writes the next migration, with what the schema says and the migrations so far do not. */

const [name = '', why = 'TODO: say why'] = process.argv.slice(2)
if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name)) {
  console.error('name the migration after what it is for, in words joined by _: npm run migration -- add_quorum_to_runs "a run needs more than one voice"')
  process.exit(2)
}

/** The time in UTC as 14 digits, and later than every migration there is: the order of names is the order of migrations. */
function nextStamp(last: string | undefined): string {
  const now = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
  return last && last.slice(0, 14) >= now ? String(BigInt(last.slice(0, 14)) + 1n) : now
}

const dir = dataFolder(`test-${process.pid}`)
const cluster = await startPostgres({ dir })
try {
  const { migrateUrl } = await prepareDatabase(cluster, 'migration', join(dir, 'passwords'))
  await migrate(migrateUrl)
  const sql = await missingSql(migrateUrl)
  if (sql === '') console.log('the migrations already do all that prisma/ says. For what it cannot say (triggers, grants, checks), write the file by hand.')
  else {
    const folder = `prisma/migrations/${nextStamp(readMigrations().at(-1)?.name)}_${name}`
    mkdirSync(join(root, folder))
    writeFileSync(join(root, folder, 'migration.sql'), `-- Why: ${why}\n${sql}\n`)
    console.log(`written: ${folder}/migration.sql`)
    if (/\bDROP (TABLE|COLUMN)\b/.test(sql)) console.log('it drops something: add before you remove, in a release of its own')
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  await cluster.stop()
  rmSync(dir, { recursive: true, force: true })
}
