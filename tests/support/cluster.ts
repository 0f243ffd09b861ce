import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrate } from '#lib/platform/migrate.ts'
import { dataFolder, prepareDatabase, startPostgres } from '#scripts/postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    superuserUrl: string
    templateUrls: { databaseUrl: string; migrateUrl: string; publicUrl: string }
  }
}

/** One real PostgreSQL for all tests of a run, with a migrated database that each test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = dataFolder(`test-${process.pid}`)
  const cluster = await startPostgres({ dir })
  const urls = await prepareDatabase(cluster, 'template_kg', join(dir, 'passwords'))
  await migrate(urls.migrateUrl)
  project.provide('superuserUrl', cluster.superuserUrl)
  project.provide('templateUrls', urls)
  return async () => {
    await cluster.stop()
    const { rmSync } = await import('node:fs')
    rmSync(dir, { recursive: true, force: true })
  }
}
