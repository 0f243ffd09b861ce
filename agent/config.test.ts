import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { actionKinds, parseConfig, targetKinds } from './config.ts'

const target = { service: 'checkout', driver: 'process', supervisor: 'http://127.0.0.1:4201/' }
const good = { v: 1, server: 'http://127.0.0.1:3000/', name: 'eu-1', data: 'data', allow: ['deploy'], targets: [target] }

test('a small configuration is filled in; folders are relative to the file', () => {
  expect(parseConfig(stringify({ ...good, targets: [target, { service: 'ledger', driver: 'command', observe: ['./o'], switch: ['./s'], verify: ['true'] }] }), '/etc/kg')).toMatchObject({
    server: 'http://127.0.0.1:3000', data: '/etc/kg/data', mask: [], artifacts: { hosts: [], maxBytes: 104857600 },
    targets: [{ supervisor: 'http://127.0.0.1:4201' }, { cwd: '/etc/kg', env: ['PATH', 'HOME'] }],
  })
})

test.each<[string, object, RegExp]>([
  ['an unknown field', { nmae: 'x' }, /nmae/],
  ['a name with capitals', { name: 'EU' }, /name: lower-case/],
  ['a server without a scheme', { server: 'localhost:3000' }, /server: an address/],
  ['a kind that does not exist', { allow: ['reboot'] }, /allow\.0/],
  ['a shell line instead of arguments', { targets: [{ service: 'l', driver: 'command', observe: 'cat x | y', switch: ['s'], verify: ['v'] }] }, /targets\.0\.observe/],
  ['a driver that does not exist', { targets: [{ ...target, driver: 'magic' }] }, /targets\.0\.driver/],
  ['a selector that is a query', { targets: [{ ...target, signals: { urls: ['http://x/m'], requests: 'rate(a[1m])', errors: 'a' } }] }, /targets\.0\.signals\.requests/],
  ['the same service twice', { targets: [target, target] }, /checkout is there twice/],
  ['an artifact host with a scheme', { artifacts: { hosts: ['http://x'] } }, /artifacts\.hosts\.0: a host/],
])('%s is refused by name', (_, change, because) => {
  expect(() => parseConfig(stringify({ ...good, ...change }), '/')).toThrow(because)
})

test('what is not YAML says so', () => {
  expect(() => parseConfig('a: [', '/')).toThrow(/not YAML/)
})

test.each(actionKinds.filter((kind) => kind !== 'hold-reconciler'))('%s is allowed only where the configuration has its part', (kind) => {
  expect(() => parseConfig(stringify({ ...good, allow: [kind] }), '/')).toThrow(new RegExp(`^allow: ${kind} needs`))
})

test('the examples of the guide are configurations, and one of them has every kind of action', () => {
  const guide = readFileSync(join(import.meta.dirname, '../docs/guides/agents.md'), 'utf8')
  const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((found) => found[1] ?? '')
  const whole = blocks.filter((block) => block.startsWith('v: 1')).map((block) => parseConfig(block, '/etc/kg'))
  expect(whole.map(({ allow }) => allow)).toEqual([[...targetKinds], [...actionKinds]])
  expect(whole[1]).toMatchObject({ connections: { harbor_checkout: { urlFrom: 'CHECKOUT_DATABASE_URL' } }, reconcilers: { cron: { cwd: '/srv/ops' } }, parallel: 4 })
  const targets = blocks.filter((block) => block.startsWith('  - service')).map((block) => parseConfig(`${stringify({ ...good, targets: undefined })}targets:\n${block}`, '/'))
  expect(targets).toHaveLength(1)
})
