import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { release, situation as world, target } from '#tests/support/situation.ts'
import type { PlanDocument } from '../../model.ts'
import { planDocumentSchema } from '../../model.ts'
import { hashPlan } from '../hash-plan.ts'
import { planMoves } from '../plan-moves.ts'
import { verifyPlan } from '../verify-plan.ts'
import type { PlaybookUse } from './compile.ts'
import { compilePlaybook } from './compile.ts'
import type { Failure } from './failure-of.ts'
import { parsePlaybook } from './parse.ts'
import type { PlaybookSituation } from './situation.ts'
import { situationOf } from './situation.ts'

const good = release('checkout', '1.4.2')
const bad = release('checkout', '1.5.0')
const facts = world([target('checkout', 'eu', [bad], good), target('checkout', 'us', [bad], good), target('payments', 'eu', [release('payments', '1.0.0')], null)])
const planned = planMoves(facts)
if (!planned.ok) throw new Error(planned.because)
const moves: PlanDocument = planned.document

const now = new Date('2026-11-27T10:00:00Z')
const situationFor = (failure: Failure, over: Partial<PlaybookSituation> = {}): PlaybookSituation => ({
  ...situationOf({ failure, services: [{ name: 'checkout', tier: 1, dataClass: 'customer', jurisdictions: ['US', 'EU'] }], environment: 'production', drill: false, purpose: 'rollback', incident: { severity: 'SEV2', openedAt: new Date(now.getTime() - 150_000) }, moves: moves.moves.map((move) => ({ service: move.service, region: move.region, from: move.from[0]?.version ?? null, to: move.to.version })), now }),
  ...over,
})

function playbookOf(text: string): PlaybookUse['playbook'] {
  const parsed = parsePlaybook(text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.playbook
}
const withSteps = (...lines: string[]): string => `v: 1\nname: p\nparams: { ticket: { type: string, default: OPS-1 }, n: { type: number, default: 3 }, on: { type: boolean, default: false } }\nsteps:\n${lines.map((line) => `  - ${line}\n`).join('')}`
const example = (name: string): string => readFileSync(join(import.meta.dirname, `../../../../docs/examples/playbooks/${name}.yaml`), 'utf8')

const use = (text: string, over: Partial<PlaybookUse> = {}): PlaybookUse => ({
  playbook: playbookOf(text), revision: 3, digest: `sha256:${'a'.repeat(64)}`, params: {}, situation: situationFor('errors'), agentKind: 'real', regions: ['eu', 'us', 'asia'], places: moves.moves.map(({ service, region }) => ({ service, region })), ...over,
})
function compiled(text: string, over: Partial<PlaybookUse> = {}, document: PlanDocument | null = moves): PlanDocument {
  const result = compilePlaybook(use(text, over), document)
  if (!result.ok) throw new Error(result.problems.join('; '))
  return planDocumentSchema.parse(result.document)
}
const problems = (text: string, over: Partial<PlaybookUse> = {}, document: PlanDocument | null = moves): readonly string[] => {
  const result = compilePlaybook(use(text, over), document)
  return result.ok ? [] : result.problems
}
const own = (document: PlanDocument): string[] => document.steps.filter((step) => step.role === 'playbook').map((step) => step.key)
const step = (document: PlanDocument, key: string) => document.steps.find((one) => one.key === key)

describe('one playbook', () => {
  const keys = (failure: Failure): string[] => own(compiled(example('roll-back-with-care'), { situation: situationFor(failure) }))

  test('takes another branch for errors, latency and data', () => {
    expect(keys('errors').sort()).toEqual(['playbook:hold-argo:eu', 'playbook:hold-argo:us', 'playbook:look', 'playbook:release-argo:eu', 'playbook:release-argo:us', 'playbook:tell'])
    expect(keys('latency')).toContain('playbook:recommendations-off')
    expect(keys('latency')).not.toContain('playbook:stop-writes')
    expect(keys('data')).toEqual(expect.arrayContaining(['playbook:stop-writes', 'playbook:keep-a-copy', 'playbook:data-is-right']))
    expect(keys('data').filter((key) => key.startsWith('playbook:release-argo') || key === 'playbook:recommendations-off')).toEqual([])
  })

  test('has what is left abnormal said, unless a later step puts it right', () => {
    const left = (failure: Failure): string[] => compiled(example('roll-back-with-care'), { situation: situationFor(failure) }).leaves.map((one) => `${one.what} → ${one.undo}`)
    expect(left('errors')).toEqual([])
    expect(left('latency')).toEqual(['the flag recommendations is off in us → turn recommendations on again (flags); the step’s compensation does it'])
    expect(left('data').sort()).toEqual(['eu', 'us'].map((region) => `checkout-${region} is held back from Argo CD in ${region} → let Argo CD work on checkout-${region} again; the step’s compensation does it`))
  })

  test('stays proven: the verifier accepts its plan, and its hash is the same every time', () => {
    for (const failure of ['errors', 'latency', 'data'] as const) {
      const document = compiled(example('roll-back-with-care'), { situation: situationFor(failure) })
      expect(verifyPlan(document, facts)).toMatchObject({ holds: true })
      expect(hashPlan(document)).toBe(hashPlan(compiled(example('roll-back-with-care'), { situation: situationFor(failure) })))
      expect(document.playbook).toEqual({ name: 'roll-back-with-care', revision: 3, digest: `sha256:${'a'.repeat(64)}` })
    }
  })

  test('says in the notes what it leaves out, and that only the moves are proven', () => {
    expect(compiled(example('roll-back-with-care')).notes).toEqual(expect.arrayContaining(['roll-back-with-care r3 leaves out stop-writes: `situation.failure == "data"` is false', 'the proof is of the moves; what else roll-back-with-care r3 does is its author’s word']))
  })
})

describe('the planned moves', () => {
  const text = withSteps('{ id: before, kind: flag, each: region, with: { provider: f, flag: x, on: false } }', '{ id: go, kind: deploy, with: { moves: planned } }', '{ id: look, kind: validate }')

  test('wait for all before them, and all after them wait for every last one, each with its reason', () => {
    const document = compiled(text)
    const roots = moves.steps.filter((one) => one.after.length === 0)
    for (const root of roots) expect(step(document, root.key)?.after.sort()).toEqual(['playbook:before:eu', 'playbook:before:us'])
    const last = moves.steps.map((one) => one.key).filter((key) => !moves.steps.some((other) => other.after.includes(key)))
    expect(step(document, 'playbook:look')?.after.sort()).toEqual(last.sort())
    expect(document.edges).toContainEqual({ from: 'playbook:before:eu', to: roots[0]?.key, because: 'the playbook p r3 says so: every move comes after before' })
    expect(document.edges).toEqual(expect.arrayContaining(moves.edges))
  })

  test('stay out where the step is left out, with their locks and losses', () => {
    const document = compiled(withSteps('{ id: off, kind: flag, with: { provider: f, flag: x, on: false }, locks: [flags] }', '{ id: go, kind: deploy, if: "situation.failure == \\"data\\"", with: { moves: planned } }', '{ id: look, kind: validate }'))
    expect(document).toMatchObject({ moves: [], losses: [], locks: { exclusive: ['flags'], shared: [] }, reversible: { yes: true } })
    expect(own(document)).toHaveLength(document.steps.length)
    // What waited for the moves waits for what they would have waited for.
    expect(step(document, 'playbook:look')?.after).toEqual(['playbook:off'])
  })

  test('are not invented where there are none', () => expect(problems(text, {}, null)).toEqual(['go: there are no planned moves to put here']))

  test('are held apart by one barrier where every step would wait for every other', () => {
    const many = world(Array.from({ length: 40 }, (_, at) => target(`s-${at}`, 'eu', [release(`s-${at}`, '2.0.0')], release(`s-${at}`, '1.0.0'))))
    const plan = planMoves(many)
    if (!plan.ok) throw new Error(plan.because)
    const document = compiled(text, { places: plan.document.moves.map(({ service, region }) => ({ service, region })), situation: situationFor('errors', { regions: ['eu', 'us'] }) }, plan.document)
    const two = compiled(withSteps('{ id: a, kind: flag, after: [], with: { provider: f, flag: x, on: false } }', '{ id: b, kind: flag, after: [], with: { provider: f, flag: y, on: false } }', '{ id: go, kind: deploy, after: [a, b], with: { moves: planned } }'), {}, plan.document)
    expect(step(two, 'playbook:go:begin')).toMatchObject({ kind: 'barrier', region: null, after: ['playbook:a', 'playbook:b'] })
    expect(document.edges.length).toBeLessThan(plan.document.edges.length + 100)
    expect(verifyPlan(two, many)).toMatchObject({ holds: true })
  })
})

describe('order', () => {
  test('is region by region where both steps are done in every region', () => {
    const document = compiled(withSteps('{ id: a, kind: cdn, each: region, with: { provider: c, purge: { all: true } } }', '{ id: b, kind: proxy, each: region, with: { backend: "${step.region}", state: ready } }', '{ id: c, kind: notify, with: { say: done } }'), {}, null)
    expect(step(document, 'playbook:b:eu')?.after).toEqual(['playbook:a:eu'])
    expect(step(document, 'playbook:c')?.after.sort()).toEqual(['playbook:b:eu', 'playbook:b:us'])
  })

  test('goes through what is left out, and lets start at once what waits for nothing', () => {
    const document = compiled(withSteps('{ id: a, kind: validate }', '{ id: b, kind: cdn, each: region, if: step.region == "eu", with: { provider: c, purge: { all: true } } }', '{ id: c, kind: proxy, each: region, with: { backend: x, state: ready } }', '{ id: d, kind: validate, after: [] }'), {}, null)
    expect(step(document, 'playbook:c:eu')?.after).toEqual(['playbook:b:eu'])
    expect(step(document, 'playbook:c:us')?.after).toEqual(['playbook:a'])
    expect(step(document, 'playbook:d')?.after).toEqual([])
    expect(document.notes).toContain('p r3 leaves out b in us: `step.region == "eu"` is false here')
  })

  test('of the list never puts a step before what it waits for', () => {
    const document = compiled(withSteps('{ id: a, kind: validate, after: [c] }', '{ id: b, kind: validate, after: [] }', '{ id: c, kind: validate, after: [b] }'), {}, null)
    expect(document.steps.map((one) => one.key)).toEqual(['playbook:b', 'playbook:c', 'playbook:a'])
  })
})

describe('a step', () => {
  test('for each target has its service and its region', () => {
    expect(own(compiled(withSteps('{ id: warm, kind: shell, each: target, with: { command: "warm ${step.service} ${step.region}" } }'), {}, null))).toEqual(['playbook:warm:checkout:us', 'playbook:warm:checkout:eu'])
  })

  test('done once is done in the region that moves first, or the one that is named', () => {
    expect(step(compiled(withSteps('{ id: a, kind: flag, with: { provider: f, flag: x, on: true } }'), {}, null), 'playbook:a')).toMatchObject({ region: 'us', service: null, target: null, agentKind: 'real' })
    expect(step(compiled(withSteps('{ id: a, kind: flag, region: asia, with: { provider: f, flag: x, on: true } }'), {}, null), 'playbook:a')).toMatchObject({ region: 'asia' })
    expect(problems(withSteps('{ id: a, kind: flag, region: moon, with: { provider: f, flag: x, on: true } }'))).toEqual(['a: there is no region moon'])
    expect(problems(withSteps('{ id: a, kind: flag, with: { provider: f, flag: x, on: true } }'), { places: [], situation: situationFor('errors', { regions: [] }) }, null)).toEqual(['a: nothing moves anywhere, so it is not known whose agents do it: name a region'])
  })

  test('has its times in milliseconds, and repeats itself only as it says', () => {
    const document = compiled(withSteps('{ id: a, kind: flag, timeout: 90s, retry: { times: 3, backoff: 2s, max: 30s }, with: { provider: f, flag: x, on: true } }', '{ id: b, kind: wait, with: { for: 10m } }', '{ id: c, kind: shell, with: { command: date } }'), {}, null)
    expect(step(document, 'playbook:a')).toMatchObject({ timeoutMs: 90_000, repeatable: true, retry: { times: 3, backoffMs: 2_000, maxBackoffMs: 30_000 } })
    expect(step(document, 'playbook:b')).toMatchObject({ params: { ms: 600_000 }, timeoutMs: 660_000, region: null })
    expect(step(document, 'playbook:c')).toMatchObject({ repeatable: false, retry: { times: 0 } })
  })
})

describe('a value', () => {
  const params = (line: string, given: Record<string, unknown> = {}): unknown => step(compiled(withSteps(line), { params: given }, null), 'playbook:a')?.params

  test('alone keeps its type, and becomes text inside text', () => {
    expect(params('{ id: a, kind: ansible, with: { playbook: x.yml, extraVars: { n: "${params.n}", on: "${params.on}", text: "n=${params.n}", plain: "$${n}" } } }')).toMatchObject({ extraVars: { n: 3, on: false, text: 'n=3', plain: '${n}' } })
    expect(params('{ id: a, kind: terraform, with: { dir: x, action: plan, vars: { all: "${situation.services}" } } }')).toMatchObject({ vars: { all: ['checkout'] } })
  })

  test('that does not fit is told with its field', () => {
    expect(problems(withSteps('{ id: a, kind: proxy, with: { backend: x, weight: "${params.n}" } }'), { params: { n: 900 } }, null)).toEqual(['a: with.weight: at most 256'])
  })

  test('stays one piece of an address', () => {
    const line = '{ id: a, kind: http, with: { method: POST, url: "https://x.test/items/${params.ticket}?of=${situation.service}" } }'
    expect(params(line, { ticket: '../admin?all=1#' })).toMatchObject({ url: 'https://x.test/items/..%2Fadmin%3Fall%3D1%23?of=checkout' })
    expect(problems(withSteps(line), { params: { ticket: '..' } }, null)).toEqual(['a: params.ticket is `..`, which would lead elsewhere in an address'])
  })

  test('in SQL is a plain word or refused', () => {
    const line = `{ id: a, kind: sql, with: { connection: c, statements: ["update t set ticket = '\${params.ticket}' where n = \${params.n}"] } }`
    expect(params(line)).toMatchObject({ statements: ["update t set ticket = 'OPS-1' where n = 3"] })
    for (const ticket of ["x'; drop table t; --", 'a b', 'a--b', "it's", '', 'a/*']) expect(problems(withSteps(line), { params: { ticket } }, null)).toEqual([expect.stringMatching(/^a: params.ticket is /)])
  })

  test.each([
    [{ tickt: 'x' }, ['there is no parameter tickt; did you mean ticket?']],
    [{ n: 'three' }, ['the parameter n is a number']],
    [{ on: 'no', ticket: 7 }, ['the parameter ticket is a text', 'the parameter on is a boolean']],
  ])('that is given wrongly is refused: %j', (given, expected) => expect(problems(withSteps('{ id: a, kind: validate }'), { params: given })).toEqual(expected))

  test('that has to be given is asked for in the words of the playbook', () => {
    expect(problems(example('turn-off-and-watch'), {}, null)).toEqual(['the parameter flag is missing: The flag to turn off'])
    expect(problems(example('turn-off-and-watch'), { params: { flag: 'x', provider: 'other' } }, null)).toEqual(['the parameter provider is one of flags, unleash'])
  })
})

test('a condition that cannot be decided stops the plan: it is not false', () => {
  expect(problems(withSteps('{ id: a, kind: validate, if: "situation.services[4] == \\"x\\"" }'))).toEqual([expect.stringMatching(/^a: its condition cannot be decided: .*out of bounds/)])
})

test('what says of nothing that it can be taken back makes the whole irreversible', () => {
  expect(compiled(withSteps('{ id: go, kind: deploy, with: { moves: planned } }', '{ id: a, kind: shell, with: { command: date } }')).reversible).toEqual({ yes: false, because: 'playbook:a (shell) names nothing that takes it back' })
  expect(compiled(withSteps('{ id: go, kind: deploy, with: { moves: planned } }', '{ id: a, kind: shell, with: { command: date }, compensate: { kind: shell, with: { command: date } } }')).reversible.yes).toBe(true)
})

test('what only its author knows is a loss that is not known, and a switch is none', () => {
  const document = compiled(example('roll-back-with-care'), { situation: situationFor('data') })
  expect(document.losses.filter((loss) => loss.severity === 'unknown')).toEqual([
    { what: 'stop-writes (sql): what it changes only its author knows', severity: 'unknown' },
    { what: 'keep-a-copy (shell): what it changes only its author knows', severity: 'unknown' },
  ])
  expect(compiled(example('roll-back-with-care')).losses).toEqual(moves.losses)
})

test('a playbook that moves nothing is a plan as well', () => {
  const document = compiled(example('turn-off-and-watch'), { params: { flag: 'recommendations' } }, null)
  expect(document).toMatchObject({ moves: [], environment: 'production', purpose: 'rollback', leaves: [{ what: 'the flag recommendations is off in us' }] })
  expect(document.steps.map((one) => one.key)).toEqual(['playbook:off', 'playbook:forget:us', 'playbook:forget:eu', 'playbook:settle', 'playbook:enough'])
  expect(verifyPlan(document, { ...facts, targets: facts.targets.map((one) => ({ ...one, goTo: null })) })).toMatchObject({ holds: true })
})
