import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { asYaml } from './as-yaml.ts'

const params = {
  service: 'payments',
  to: { version: '1.4.2', digest: 'sha256:abc', url: 'http://artifacts.test/payments-1.4.2.tgz' },
  from: ['sha256:def', 'sha256:ghi'],
  instances: 2,
  dry: false,
  none: null,
  empty: {},
  list: [{ name: 'a b', value: 1 }, { name: 'c', value: [] }],
  script: 'set -e\necho "done"\n',
}

test('reads as a person would write it', () => {
  expect(asYaml(params)).toBe(`service: payments
to:
  version: "1.4.2"
  digest: sha256:abc
  url: http://artifacts.test/payments-1.4.2.tgz
from:
  - sha256:def
  - sha256:ghi
instances: 2
dry: false
none: null
empty: {}
list:
  - name: a b
    value: 1
  - name: c
    value: []
script: |
  set -e
  echo "done"`)
})

test.each(['yes', 'Null', '1.4.2', '1e3', '', ' x', 'a: b', '# x', '- x', '{x}', "it's", 'x ', '*', '&a', '!t', 'a #b'])('%j stays the text it is', (text) => {
  expect(parse(asYaml({ text }))).toEqual({ text })
})

test('means what it shows', () => expect(parse(asYaml(params))).toEqual({ ...params, script: 'set -e\necho "done"' + '\n' }))
