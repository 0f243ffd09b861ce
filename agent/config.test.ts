import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { parseConfig } from './config.ts'

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
