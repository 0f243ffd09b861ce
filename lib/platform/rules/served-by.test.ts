import { expect, test } from 'vitest'
import { serves } from './served-by.ts'

test.each([
  ['all', '/incidents/1', true],
  ['web', '/api/v1/fleet', true],
  ['engine', '/status', false],
  ['public', '/status', true],
  ['public', '/status?from=mail', true],
  ['public', '/api/v1/status', true],
  ['public', '/_next/static/chunks/a.css', true],
  ['public', '/api/v1/status/components', false],
  ['public', '/api/v1/statusquo', false],
  ['public', '/statusquo', false],
  ['public', '/', false],
  ['public', '/sign-in', false],
  ['public', '/api/auth/csrf', false],
  ['public', '/api/v1/updates', false],
  ['public', '/_next/data/x/incidents.json', false],
] as const)('a process with the role %s, asked for %s: %s', (role, url, answer) => expect(serves(role, url)).toBe(answer))
