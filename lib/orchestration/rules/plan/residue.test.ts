import { describe, expect, test } from 'vitest'
import { planned, refused, stepOf } from '#tests/support/planned.ts'
import { release, situation, target } from '#tests/support/situation.ts'
import type { ReleaseFacts } from '../../model.ts'

const leaving = (version: string, purge: ReleaseFacts['residue']['leaves'][number]['purge'] = null) => ({ residue: { leaves: [{ what: 'sessions', version, purge }], reads: [] } })
const reading = (range: string) => ({ residue: { leaves: [], reads: [{ what: 'sessions', range }] } })
const flush = { kind: 'shell', params: { argv: ['flush-sessions'] } }

describe('what an old release leaves behind', () => {
  test.each([
    ['is no matter where the new one reads it', leaving('1.4.0'), reading('^1.0.0')],
    ['is no matter where the new one does not look at it', leaving('2.0.0'), { residue: { leaves: [], reads: [{ what: 'carts', range: '^1.0.0' }] } }],
  ])('%s', (_name, old, next) => expect(planned(situation([target('checkout', 'eu', [release('checkout', '1.5.0', old)], release('checkout', '1.4.2', next))])).groups).toEqual([]))

  test('would be met in every order where nothing removes it: refused, naming both', () => {
    expect(refused(situation([target('checkout', 'eu', [release('checkout', '1.5.0', leaving('2.0.0'))], release('checkout', '1.4.2', reading('^1.0.0')))]))).toEqual({
      ok: false,
      because: 'checkout 1.5.0 leaves sessions 2.0.0 behind, and checkout 1.4.2 reads sessions ^1.0.0: they would meet in every order, and nothing purges it',
      conflict: ['checkout 1.5.0 leaves sessions 2.0.0 behind, and nothing purges it', 'checkout 1.4.2 reads sessions ^1.0.0'],
      alsoMove: null,
    })
  })

  test('is purged behind a drain where it can be, between the last of the old and the first of the new', () => {
    const plan = planned(situation([target('checkout', 'eu', [release('checkout', '1.5.0', leaving('2.0.0', flush))], release('checkout', '1.4.2', reading('^1.0.0')))]))
    expect(plan.steps.map(({ key }) => key)).toEqual(['stage:checkout:eu', 'drain:checkout:eu', 'stop:checkout:eu', 'purge:checkout:eu:sessions', 'deploy:checkout:eu', 'verify:checkout:eu', 'open:checkout:eu'])
    expect(stepOf(plan, 'purge:checkout:eu:sessions')).toMatchObject({ role: 'purge', ...flush, service: 'checkout', region: 'eu', repeatable: false })
    expect(stepOf(plan, 'deploy:checkout:eu').after).toEqual(['purge:checkout:eu:sessions'])
    expect(plan.groups[0]?.because).toBe('checkout 1.5.0 leaves sessions 2.0.0 behind, and checkout 1.4.2 reads sessions ^1.0.0')
    expect(plan.losses).toContainEqual({ what: 'the sessions that checkout in eu left are purged', severity: 'some' })
  })

  test('matters to the same service elsewhere, too, and that one could come along', () => {
    const stays = target('checkout', 'us', [release('checkout', '1.4.2', reading('^1.0.0'))], null, { candidate: release('checkout', '1.4.3', reading('>=1.0.0')) })
    const world = situation([target('checkout', 'eu', [release('checkout', '1.5.0', leaving('2.0.0'))], release('checkout', '1.4.3', reading('>=1.0.0'))), stays])
    expect(refused(world).conflict).toEqual(['checkout 1.5.0 leaves sessions 2.0.0 behind, and nothing purges it', 'checkout in us stays as it is: checkout 1.4.2 reads sessions ^1.0.0'])
    expect(refused(world).alsoMove?.map(({ region }) => region)).toEqual(['us'])
  })

  test('of each release that runs on a half-deployed target is looked at', () => {
    const half = target('checkout', 'eu', [release('checkout', '1.5.0', leaving('1.0.0')), release('checkout', '1.6.0', leaving('2.0.0'))], release('checkout', '1.4.2', reading('^1.0.0')))
    expect(refused(situation([half])).because).toMatch(/^checkout 1\.6\.0 leaves sessions 2\.0\.0 behind/)
  })
})
