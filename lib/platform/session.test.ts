import { beforeAll, expect, test } from 'vitest'
import { sessionIdOf } from './session.ts'

beforeAll(() => {
  Object.assign(process.env, { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', DATABASE_PUBLIC_URL: 'postgresql://nobody@127.0.0.1:1/none', PUBLIC_URL: 'http://localhost:3000', AUTH_SECRET: 'only for this test, and longer than it must be', SIGNING_KEY: 'x'.repeat(40), SECRETS_KEY: Buffer.alloc(32, 1).toString('base64') })
})

test('a cookie that we did not make is nobody’s, whatever stands in it', async () => {
  for (const value of ['%', '%E0%A4%A', 'a.b.c', '', '%00']) expect(await sessionIdOf(`knowngood.session=${value}`)).toBeNull()
})
