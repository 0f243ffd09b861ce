import { describe, expect, test } from 'vitest'
import { allBefore, planned, refused, stepOf } from '#tests/support/planned.ts'
import { release, situation, target } from '#tests/support/situation.ts'
import { planDocumentSchema } from '../model.ts'
import { hashPlan } from './hash-plan.ts'
import { sentenceOf } from './sentence.ts'

const bad = release('checkout', '1.5.0')
const good = release('checkout', '1.4.2')
const both = situation([target('checkout', 'eu', [bad], good), target('checkout', 'us', [bad], good)])
const many = situation(['a', 'b', 'c'].flatMap((name) => ['eu', 'us'].map((region) => target(name, region, [release(name, '2.0.0')], release(name, '1.0.0')))))

describe('a plan of two regions', () => {
  test('stages everywhere before it switches anywhere, and the region with less traffic goes first', () => {
    const { steps } = planned(both)
    expect(steps.map((step) => step.key)).toEqual(['stage:checkout:us', 'stage:checkout:eu', 'deploy:checkout:us', 'verify:checkout:us', 'deploy:checkout:eu', 'verify:checkout:eu'])
    expect(stepOf(planned(both), 'deploy:checkout:us').after).toEqual(['stage:checkout:us', 'stage:checkout:eu'])
    expect(stepOf(planned(both), 'deploy:checkout:eu').after).toEqual(['verify:checkout:us'])
  })

  test('gives a reason for every edge, and says nothing of the order that no edge says', () => {
    for (const world of [both, many]) {
      const { steps, edges } = planned(world)
      expect(edges.map(({ from, to }) => `${from} ${to}`).sort()).toEqual(steps.flatMap((step) => step.after.map((from) => `${from} ${step.key}`)).sort())
      for (const { because } of edges) expect(because).toMatch(/\w{3}/)
    }
  })

  test('says why in words that need no code beside them', () => {
    expect(planned(both).edges).toEqual([
      { from: 'stage:checkout:us', to: 'deploy:checkout:us', because: 'nothing is switched until us holds the bytes of checkout 1.4.2' },
      { from: 'stage:checkout:eu', to: 'deploy:checkout:us', because: 'nothing is switched until eu holds the bytes of checkout 1.4.2' },
      { from: 'deploy:checkout:us', to: 'verify:checkout:us', because: 'what us really serves is looked at after the switch' },
      { from: 'verify:checkout:us', to: 'deploy:checkout:eu', because: 'eu waits until checkout 1.4.2 serves in us: least traffic first, one region at a time' },
      { from: 'deploy:checkout:eu', to: 'verify:checkout:eu', because: 'what eu really serves is looked at after the switch' },
    ])
  })

  test('reads as a sentence', () => expect(sentenceOf(planned(both))).toBe('checkout 1.5.0 → 1.4.2 in us, then eu'))

  test('is the same document, with the same hash, whatever the order in which the world was read', () => {
    expect(hashPlan(planned({ ...both, targets: [...both.targets].reverse() }))).toBe(hashPlan(planned(both)))
    expect(hashPlan(planned({ ...many, targets: [...many.targets].reverse(), regions: [...many.regions].reverse() }))).toBe(hashPlan(planned(many)))
  })

  test('has the form that plans have', () => {
    for (const world of [both, many, { ...both, purpose: 'deployment' as const }]) expect(planDocumentSchema.parse(planned(world))).toEqual(planned(world))
  })

  test('leaves out what already runs the release it should go to', () => {
    const half = situation([target('checkout', 'eu', [bad], good), target('checkout', 'us', [good], good)])
    expect(planned(half).moves.map((move) => move.region)).toEqual(['eu'])
  })

  test('takes a half-deployed target from everything that runs there', () => {
    const half = situation([target('checkout', 'eu', [bad, good], good)])
    expect(stepOf(planned(half), 'deploy:checkout:eu').params['from']).toEqual([bad.digest, good.digest].sort())
  })

  test('starts what does not run at all, however few instances it has', () => {
    const plan = planned(situation([target('checkout', 'eu', [], good, { instances: 1, minUp: 1 })]))
    expect(plan.steps.map((step) => step.key)).toEqual(['stage:checkout:eu', 'deploy:checkout:eu', 'verify:checkout:eu'])
  })
})

describe('what is not said to be in order', () => {
  test('is done at the same time, within a region', () => {
    const plan = planned(many)
    expect([...allBefore(plan, 'deploy:a:us')].filter((key) => /deploy|verify/.test(key))).toEqual([])
    expect([...allBefore(plan, 'deploy:b:us')].filter((key) => /deploy|verify/.test(key))).toEqual([])
  })

  test('waits for all of the region before, behind one barrier and not behind every step of it', () => {
    const plan = planned(many)
    expect(stepOf(plan, 'deploy:b:eu').after).toEqual(['barrier:region:us'])
    expect(stepOf(plan, 'barrier:region:us').after).toEqual(['verify:a:us', 'verify:b:us', 'verify:c:us'])
    expect(stepOf(plan, 'barrier:region:us')).toMatchObject({ role: 'barrier', kind: 'barrier', region: null, target: null, service: null })
    expect(plan.edges.find(({ to }) => to === 'barrier:region:us')?.because).toBe('us is done when a 1.0.0 serves in us')
    expect(plan.edges.find(({ from }) => from === 'barrier:region:us')?.because).toBe('eu waits until us is done: least traffic first, one region at a time')
  })

  test('still has all bytes where they will run before anything is switched', () => {
    const plan = planned(many)
    for (const name of ['a', 'b', 'c']) expect([...allBefore(plan, `deploy:${name}:us`)].filter((key) => key.startsWith('stage:'))).toHaveLength(6)
  })
})

test('only looking may always be repeated: switching may where the service says so', () => {
  const once = planned(situation([target('checkout', 'eu', [bad], good, { repeatable: false })]))
  expect(Object.fromEntries(once.steps.map((step) => [step.kind, step.repeatable]))).toEqual({ stage: true, deploy: false, verify: true })
  expect(planned(both).steps.every((step) => step.repeatable)).toBe(true)
})

test('a deployment keeps the configuration before it changes anything', () => {
  const plan = planned({ ...both, purpose: 'deployment' })
  expect(plan.steps.filter((step) => step.kind === 'snapshot').map((step) => step.key)).toEqual(['snapshot:checkout:us', 'snapshot:checkout:eu'])
  expect(stepOf(plan, 'deploy:checkout:us').after).toContain('snapshot:checkout:eu')
})

describe('what is refused before anything is looked at', () => {
  test.each([
    ['nothing to go back to', situation([], { missing: ['checkout in eu'] }), 'checkout in eu has no last known good release to go back to; name a version'],
    ['nothing to do', situation([target('checkout', 'eu', [good], good)]), 'every target already runs the release it should go to'],
    ['not seen lately', situation([target('checkout', 'eu', null, good)]), 'no agent has lately seen what runs as checkout in eu; without that nothing is safe to say'],
  ])('%s', (_name, world, expected) => expect(refused(world)).toEqual({ ok: false, because: expected, conflict: [expected], alsoMove: null }))
})

test('what stays and was not seen lately is said: what it works with is not known', () => {
  const world = situation([target('checkout', 'eu', [bad], good), target('payments', 'eu', null, null)])
  expect(planned(world).notes).toEqual(['no agent has lately seen payments in eu: whether what runs there works with what moves is not known'])
})

describe('a sentence', () => {
  test('names a few services and counts the rest', () => {
    const world = situation(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => target(name, 'eu', [release(name, '2.0.0')], release(name, '1.0.0'))))
    expect(sentenceOf(planned(world))).toMatch(/^a 2\.0\.0 → 1\.0\.0 in eu; .*; 2 more services$/)
  })

  test('says what nobody registered', () => {
    const unknown = target('checkout', 'eu', [], good, { running: [{ digest: bad.digest, instances: 2, release: null }] })
    expect(sentenceOf(planned(situation([unknown])))).toBe('checkout unregistered bytes → 1.4.2 in eu')
  })
})
