import { describe, expect, test } from 'vitest'
import { statuses } from '../model.ts'
import type { IncidentStatus } from '../view.ts'
import type { Move } from './lifecycle.ts'
import { advance } from './lifecycle.ts'

const moves: Move[] = ['mitigate', 'prove', 'resolve', 'settle', 'close']
const leads: Record<string, IncidentStatus> = {
  'open mitigate': 'mitigating',
  'open settle': 'resolved',
  'mitigating prove': 'monitoring',
  'mitigating settle': 'resolved',
  'monitoring mitigate': 'mitigating',
  'monitoring resolve': 'resolved',
  'resolved mitigate': 'mitigating',
  'resolved close': 'closed',
}

describe('an incident', () => {
  test.each(statuses.flatMap((status) => moves.map((move) => [status, move] as const)))('that is %s and is to %s', (status, move) => {
    const to = leads[`${status} ${move}`]
    const step = advance(status, move)
    if (to) expect(step).toEqual({ ok: true, status: to })
    else expect(step).toMatchObject({ ok: false, because: expect.stringContaining(`the incident is ${status}: `) })
  })

  test('becomes monitoring by proof only', () => {
    expect(moves.filter((move) => statuses.some((status) => {
      const step = advance(status, move)
      return step.ok && step.status === 'monitoring'
    }))).toEqual(['prove'])
  })
})
