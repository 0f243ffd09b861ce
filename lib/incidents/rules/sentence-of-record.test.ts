import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { knownActions, sentenceOfRecord, silentActions } from './sentence-of-record.ts'

const ada = { kind: 'person', name: 'Ada' }
const agent = { kind: 'agent', name: 'eu-1' }
const product = { kind: 'system', name: 'incidents: join a breach to its incident' }

describe('a record is told', () => {
  test.each([
    ['incident.open', product, { number: 7, severity: 'SEV2', title: 'checkout 1.5.0: errors in production' }, 'INC-7 opened as SEV2: checkout 1.5.0: errors in production', 'bad'],
    ['breach.attach', product, { service: 'checkout', region: 'eu', rule: 'errors', sentence: 'errors 7.8 % over 20 s, limit 2 %' }, 'checkout in eu: errors 7.8 % over 20 s, limit 2 %', 'bad'],
    ['incident.open-for-breach', product, { backTo: 'mitigating' }, 'It broke again: the incident is back to mitigating', 'bad'],
    ['incident.note', ada, { input: { text: 'carts are lost' } }, 'carts are lost', 'neutral'],
    ['incident.classify', ada, { input: { reason: 'all regions' }, from: 'SEV3', to: 'SEV1' }, 'Ada changed the severity from SEV3 to SEV1: all regions', 'neutral'],
    ['incident.advance', product, { input: { because: 'a rollback was started' }, to: 'mitigating' }, 'Mitigating: a rollback was started', 'working'],
    ['incident.advance', product, { input: { because: 'it passed' }, to: 'monitoring' }, 'Monitoring: it passed', 'good'],
    ['incident.resolve', ada, { input: {}, by: 'proof' }, 'Ada resolved it, after a passed validation', 'good'],
    ['incident.resolve', ada, { input: { reason: 'a false alarm' }, by: 'word' }, 'Ada resolved it without proof: a false alarm', 'neutral'],
    ['trigger.judge', product, { input: { verdict: 'ok', rule: 'errors', because: 'errors 0.1 %' }, service: 'checkout', region: 'eu' }, 'checkout in eu: rule errors is back within its limit: errors 0.1 %', 'good'],
    ['approval.void', product, { input: { because: 'a newer plan took its place' } }, 'Earlier votes no longer count: a newer plan took its place', 'neutral'],
    ['seat.take', ada, { input: {} }, 'Ada took command', 'neutral'],
    ['plan.propose', product, { hash: 'sha256:0123456789abcdef' }, 'Knowngood proposed a plan and proved it (01234567)', 'neutral'],
    ['plan.propose', product, { refused: 'payments needs it' }, 'No way back could be proven: payments needs it', 'bad'],
    ['approval.vote', ada, { input: { vote: 'reject', planHash: 'sha256:0123456789abcdef', reason: 'wrong release' } }, 'Ada rejected plan 01234567: wrong release', 'bad'],
    ['run.start', ada, { hash: 'sha256:0123456789abcdef' }, 'Ada started the rollback (plan 01234567)', 'working'],
    ['run.stop', ada, { input: { reason: 'wrong region' } }, 'Ada stopped everything: wrong region', 'bad'],
    ['run.forecast-alarm', product, { sentence: 'eu may be restored only 2 min after its RTO' }, 'It may take too long: eu may be restored only 2 min after its RTO', 'bad'],
    ['step.complete', agent, { key: 'deploy:checkout:eu', outcome: 'succeeded', because: null }, 'Deploy of checkout in eu done by eu-1', 'working'],
    ['step.complete', agent, { key: 'verify:checkout:eu', outcome: 'failed', because: 'no answer' }, 'Check of checkout in eu failed at eu-1: no answer', 'bad'],
    ['step.expire', product, { key: 'deploy:checkout:eu', agent: 'eu-1', becomes: 'indeterminate' }, 'eu-1 went silent during deploy of checkout in eu; whether it happened is not known', 'bad'],
    ['validation.advance', product, { verdict: 'pass' }, 'Validation passed: every target is as good as its baseline', 'good'],
    ['validation.advance', product, { verdict: 'no data' }, 'Validation ended without a verdict: too little data', 'bad'],
    ['update.publish', ada, { audience: 'public', text: 'We are on it.' }, 'Ada told the public: We are on it.', 'good'],
    ['notification.create', product, { people: ['Ada', 'Bo'], title: 'INC-7' }, 'Told Ada, Bo: INC-7', 'neutral'],
    ['notification.create', product, { people: [] }, 'Nobody could be told: nobody is on call', 'bad'],
    ['robot.dance-wildly', ada, {}, 'Ada: robot dance wildly', 'neutral'],
    ['constructor', ada, {}, 'Ada: constructor', 'neutral'],
    ['denied:run.start', ada, {}, 'Ada: refused, run start', 'neutral'],
  ] as const)('%s by %j with %j', (action, actor, payload, sentence, tone) => {
    expect(sentenceOfRecord({ action, actor, payload })).toEqual({ sentence, tone })
  })

  test.each(silentActions)('not at all for %s', (action) => {
    expect(sentenceOfRecord({ action, actor: ada, payload: {} })).toBeNull()
  })

  test('not twice for a breach that opens an incident', () => {
    expect(sentenceOfRecord({ action: 'incident.open-for-breach', actor: product, payload: { backTo: null } })).toBeNull()
  })

  test('not at all while a validation still measures', () => {
    expect(sentenceOfRecord({ action: 'validation.advance', actor: product, payload: { verdict: null } })).toBeNull()
  })
})

/** Every write that the product has, by its own declaration. */
const everyCommand = globSync('lib/*/commands/*.ts', { cwd: join(import.meta.dirname, '../../..') })
  .filter((file) => !file.endsWith('.test.ts'))
  .flatMap((file) => [...readFileSync(join(import.meta.dirname, '../../..', file), 'utf8').matchAll(/^ {2}name: '([a-z-]+\.[a-z-]+)',$/gm)].map((match) => match[1] ?? ''))

test('the writes of the product are found', () => {
  expect(everyCommand).toContain('incident.resolve')
})

test.each([...new Set([...everyCommand, ...knownActions])])('%s reads as a sentence even when its payload has been disposed of', (action) => {
  for (const payload of [null, {}, { input: {} }]) {
    const line = sentenceOfRecord({ action, actor: ada, payload })
    if (line) expect(line.sentence).not.toMatch(/undefined|null|\[object|\.\.|^\s*$/)
  }
})
