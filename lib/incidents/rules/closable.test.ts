import { expect, test } from 'vitest'
import { statuses } from '../model.ts'
import { closable } from './closable.ts'

test('a resolved incident can be closed where everything abnormal belongs to somebody', () => {
  expect(closable({ status: 'resolved', unowned: [] })).toMatchObject({ ok: true })
})

test.each<[string[], string]>([
  [['argo is held'], 'something is left abnormal and belongs to nobody: argo is held; give it an owner or put it right'],
  [['argo is held', 'the traffic of checkout in eu is closed'], 'something is left abnormal and belongs to nobody: argo is held (and 1 more); give it an owner or put it right'],
])('not while %j belongs to nobody', (unowned, because) => {
  expect(closable({ status: 'resolved', unowned })).toEqual({ ok: false, because })
})

test.each(statuses.filter((status) => status !== 'resolved'))('an incident that is %s cannot, whatever is left', (status) => {
  expect(closable({ status, unowned: [] })).toEqual({ ok: false, because: `the incident is ${status}: resolve it first` })
})
