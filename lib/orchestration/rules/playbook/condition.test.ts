import { expect, test } from 'vitest'
import { checkCondition, evaluateCondition } from './condition.ts'

const scope = { params: { ticket: 'string', most: 'number', force: 'boolean', way: 'choice' }, step: true } as const
const values = {
  situation: { failure: 'errors', service: 'checkout', services: ['checkout', 'payments'], tier: 1, dataClass: 'customer', environment: 'production', region: 'eu', regions: ['eu', 'us'], jurisdictions: ['EU'], severity: 'SEV2', purpose: 'rollback', from: '1.5.0', to: '1.4.2', drill: false, minutesOpen: 12 },
  params: { ticket: 'OPS-1', most: 2.5, force: true, way: 'slow' },
  step: { region: 'eu', service: 'checkout' },
}

test.each([
  ['situation.failure in ["errors", "latency"] && situation.tier <= 2', true],
  ['situation.failure == "data" || situation.drill', false],
  ['"EU" in situation.jurisdictions && situation.minutesOpen > 10', true],
  ['params.most < 3 && params.force && params.way == "slow"', true],
  ['step.region == situation.region && step.service.startsWith("check")', true],
  ['situation.services.exists(s, s == "payments") && size(situation.regions) == 2', true],
  ['situation.tier == 1 ? situation.severity < "SEV3" : false', true],
])('%s', (text, holds) => {
  expect(checkCondition(text, scope)).toEqual([])
  expect(evaluateCondition(text, scope, values)).toEqual({ holds })
})

test.each([
  ['', 0, 'this condition cannot be read: unexpected token: EOF'],
  ['situation.tier <=', 17, 'this condition cannot be read: unexpected token: EOF'],
  ['situaton.tier == 1', 0, 'there is no variable `situaton`; did you mean situation?'],
  ['situation.constructor == "x"', 10, '`situation` has no `constructor`; there is failure, service, services, tier, dataClass, environment, region, regions, jurisdictions, severity, purpose, from, to, drill, minutesOpen'],
  ['params.tickt == "x"', 7, '`params` has no `tickt`; did you mean ticket?'],
  ['situation.tier == "1"', 0, 'this condition cannot be read: no such overload: int == string'],
  ['situation.tier + 1', 0, 'a condition is true or false, and this is int'],
  ['situation.service.matches("^(a+)+$")', 0, '`matches` is refused: a regular expression can take for ever; use startsWith, endsWith, contains or in'],
  ['true || "a".matches("b")', 8, '`matches` is refused: a regular expression can take for ever; use startsWith, endsWith, contains or in'],
  ['dyn(situation).nothing == 1', 0, '`dyn` cannot be used here; there is size, has, exists, all, exists_one, map, filter, startsWith, endsWith, contains, lowerAscii, upperAscii, trim, int, double, string'],
  ['situation.services.all(a, situation.services.all(b, situation.services.all(c, a == c)))', 52, 'loops inside loops: at most 2 deep'],
])('%s is refused where it is wrong', (text, at, message) => expect(checkCondition(text, scope)).toEqual([{ at, message }]))

const list = (length: number): string => `[${Array.from({ length }, (_, at) => at).join(', ')}]`

test('a condition that would take long is refused before it is evaluated', () => {
  const bomb = `${list(100)}.all(a, ${list(100)}.all(b, a + b >= 0 && a * b >= 0 && a - b < 200 && a + b + a + b >= 0))`
  expect(checkCondition(bomb, scope)).toEqual([{ at: 0, message: expect.stringMatching(/^this could take \d+ rounds, and at most 100000 are allowed$/) as string }])
  expect(checkCondition(`${list(400)} == ${list(400)}`, scope)[0]?.message).toMatch(/^a condition has at most 500 parts/)
  // Lists joined to longer ones do not get past it.
  const joined = Array.from({ length: 12 }, () => 'situation.services').join(' + ')
  expect(checkCondition(`(${joined}).all(a, (${joined}).all(b, a == b))`, scope)[0]?.message).toMatch(/^this could take/)
})

test('whatever is let through is decided within a blink', () => {
  const full = { ...values, situation: { ...values.situation, services: Array.from({ length: 100 }, (_, at) => `s-${at}`) } }
  const most = 'situation.services.all(a, situation.services.all(b, a.size() + b.size() > 0))'
  expect(checkCondition(most, scope)).toEqual([])
  const before = performance.now()
  expect(evaluateCondition(most, scope, full)).toEqual({ holds: true })
  expect(performance.now() - before).toBeLessThan(1_000)
})

test.each([
  ['situation.services[7] == "checkout"', /out of bounds/],
  ['1 / (situation.tier - 1) > 0', /division by zero/],
  ['int(params.ticket) > 3', /int\(\)/],
])('what cannot be decided is not false: %s', (text, because) => {
  expect(checkCondition(text, scope)).toEqual([])
  expect(evaluateCondition(text, scope, values)).toEqual({ because: expect.stringMatching(because) as string })
})

test('when a playbook is looked for, nobody has given parameters yet', () => expect(checkCondition('params.force', { params: null, step: false })).toEqual([{ at: 0, message: 'there is no variable `params`; there is situation' }]))
