import { spawn } from 'node:child_process'
import { mkdtempSync, chmodSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Center } from '#demo/center.ts'
import { startCenter } from '#demo/center.ts'
import { freePort } from '#scripts/postgres.ts'

/* What an operator can get wrong, and must hear of at once instead of finding out later. */

let dir: string
let center: Center

beforeAll(async () => {
  // PostgreSQL may run under an account of its own, which must be able to enter.
  dir = mkdtempSync(join(tmpdir(), 'kg-refuses-'))
  chmodSync(dir, 0o755)
  center = await startCenter({ dir: join(dir, 'state'), databaseDir: join(dir, 'postgres'), port: await freePort() })
}, 120_000)
afterAll(async () => {
  await center?.stop()
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}, 60_000)

test('a server whose database role owns the records does not start, and says why', { timeout: 60_000 }, async () => {
  await expect(center.start({ DATABASE_URL: center.urls.migrateUrl })).rejects.toThrow('owns the records table')
  expect(center.pid()).toBeNull()
  await expect(fetch(`${center.url}/healthz`)).rejects.toThrow()
})

test('a server with a published secret does not start, and says how to make another', { timeout: 60_000 }, async () => {
  await expect(center.start({ AUTH_SECRET: 'please-change-me-please-change-me' })).rejects.toThrow('AUTH_SECRET is a published default')
  expect(center.pid()).toBeNull()
  await expect(fetch(`${center.url}/healthz`)).rejects.toThrow()
})

test('of two people who make the first administrator at once, exactly one wins', { timeout: 60_000 }, async () => {
  const create = (email: string): Promise<{ code: number | null; said: string }> =>
    new Promise((settle) => {
      const child = spawn(process.execPath, [join(import.meta.dirname, '../../cli/main.ts'), 'admin', 'create', '--email', email, '--name', 'Somebody'], { env: { ...process.env, ...center.env, KNOWNGOOD_ADMIN_PASSWORD: 'a-long-enough-password' } as NodeJS.ProcessEnv })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()))
      child.once('close', (code) => settle({ code, said }))
    })
  const answers = await Promise.all([create('one@example.test'), create('two@example.test')])
  expect(answers.map((answer) => answer.code === 0).sort(), JSON.stringify(answers)).toEqual([false, true])
  expect(answers.find((answer) => answer.code !== 0)?.said).toContain('administrator')
  const client = new pg.Client({ connectionString: center.superuserUrl().replace(/\/postgres$/, '/knowngood') })
  await client.connect()
  const { rows } = await client.query('select (select count(*)::int from person) as people, (select count(*)::int from role_grant where role = $1) as admins', ['admin'])
  await client.end()
  expect(rows).toEqual([{ people: 1, admins: 1 }])
})
