import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Center } from '#demo/center.ts'
import { startCenter } from '#demo/center.ts'
import { accounts, administrator, policyOf, setupScopes } from '#demo/harbor.ts'
import type { Person } from '#demo/person.ts'
import { signIn, withToken } from '#demo/person.ts'
import { buildWhereStale } from '#scripts/build.ts'
import { root } from '#scripts/files.ts'
import { dataFolder } from '#scripts/postgres.ts'

/** The command center without a company beside it: new, with Harbor's people, and a catalog of the caller's. */
export interface CenterAlone {
  center: Center
  dir: string
  pipeline: Pick<Person, 'get' | 'send'>
  as(name: string): Promise<Person>
  stop(): Promise<void>
}

/** `through`: what the server is told as its database's address, where something stands in between. */
export async function startCenterAlone(name: string, port: number, catalog: object, through?: (databaseUrl: string) => Promise<string>): Promise<CenterAlone> {
  await pagesAreBuilt()
  rmSync(dataFolder(name), { recursive: true, force: true })
  const dir = join(dataFolder(name), 'state')
  const center = await startCenter({ dir, databaseDir: join(dataFolder(name), 'postgres'), port })
  try {
    await center.start(through ? { DATABASE_URL: await through(center.urls.databaseUrl) } : {})
    const password = `bench-${randomBytes(8).toString('hex')}`
    const made = spawnSync(process.execPath, ['cli/main.ts', 'admin', 'create', '--email', administrator.email, '--name', administrator.name], { cwd: root, env: { ...process.env, ...center.env, KNOWNGOOD_ADMIN_PASSWORD: password }, encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`the first administrator could not be made: ${made.stderr}`)
    const ada = await signIn(center.url, center.publicUrl, administrator.email, password)
    for (const { name: called, email, grants } of accounts) await ada.send('POST', '/api/v1/people', { name: called, email, password, grants })
    const { token } = await ada.send<{ token: string }>('POST', '/api/v1/tokens', { name: 'bench', scopes: setupScopes })
    const pipeline = withToken(center.url, token)
    await pipeline.send('PUT', '/api/v1/catalog', catalog)
    await pipeline.send('PUT', '/api/v1/policy', policyOf(false))
    return { center, dir, pipeline, as: (who) => signIn(center.url, center.publicUrl, `${who}@harbor.example`, password), stop: () => center.stop() }
  } catch (error) {
    await center.stop()
    throw error
  }
}

/** A figure of pages or of the server is one of what is in the checkout now. */
export async function pagesAreBuilt(): Promise<void> {
  if ((await buildWhereStale()) !== 0) throw new Error('the pages could not be built')
}
