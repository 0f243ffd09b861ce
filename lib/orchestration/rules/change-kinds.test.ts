import { expect, test } from 'vitest'
import type { PlanDocument } from '../model.ts'
import { changeKinds } from './change-kinds.ts'

const move = (target: string, releaseId: string) => ({ target, to: { releaseId } }) as PlanDocument['moves'][number]
const step = (role: string, kind: string) => ({ role, kind }) as PlanDocument['steps'][number]
const document = (says: Partial<Pick<PlanDocument, 'moves' | 'migrations' | 'steps'>>) => ({ moves: [], migrations: [], steps: [], ...says })

test.each([
  ['all go to what was known good there', document({ moves: [move('eu', 'a'), move('us', 'a')] }), ['rollback']],
  ['known good elsewhere is not known good here', document({ moves: [move('eu', 'b')] }), ['forward']],
  ['one of both', document({ moves: [move('eu', 'a'), move('us', 'c')] }), ['forward', 'rollback']],
  ['a schema is taken back', document({ moves: [move('eu', 'a')], migrations: [{}] as PlanDocument['migrations'] }), ['rollback', 'schema']],
  ['steps of a playbook', document({ moves: [move('eu', 'a')], steps: [step('deploy', 'deploy'), step('playbook', 'sql')] }), ['playbook', 'rollback']],
  ['a flag and nothing else', document({ steps: [step('playbook', 'flag')] }), ['flag']],
])('%s', (_what, plan, kinds) => {
  expect(changeKinds(plan, new Set(['eu a', 'us a', 'us b']))).toEqual(kinds)
})
