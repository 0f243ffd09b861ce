import { describe, expect, test } from 'vitest'
import type { PublishFacts } from './publishable.ts'
import { publishable } from './publishable.ts'

const facts = (over: Partial<PublishFacts> = {}): PublishFacts => ({ status: 'approved', audience: 'public', phase: 'investigating', kind: 'real', incidentStatus: 'open', verdict: null, ...over })

describe('an update can be told', () => {
  test.each([
    ['to the public once approved', facts()],
    ...(['responders', 'leadership', 'support'] as const).map((audience) => [`to ${audience} as it was drafted`, facts({ audience, status: 'draft' })] as const),
    ['in a drill to the responders', facts({ audience: 'responders', status: 'draft', kind: 'drill' })],
    ['as resolved while monitoring with a passed validation', facts({ phase: 'resolved', incidentStatus: 'monitoring', verdict: 'pass' })],
    ['as resolved once the incident is', facts({ phase: 'resolved', incidentStatus: 'resolved' })],
    ['to support as it was seen, once it is over', facts({ audience: 'support', status: 'draft', incidentStatus: 'resolved' })],
    ['as resolved once the incident is closed', facts({ phase: 'resolved', incidentStatus: 'closed' })],
  ] as const)('%s', (_how, given) => {
    expect(publishable(given).ok).toBe(true)
  })
})

describe('an update cannot be told', () => {
  test.each([
    ['to the public as a draft', facts({ status: 'draft' }), 'spokesperson'],
    ['twice', facts({ status: 'published' }), 'already'],
    ['once withdrawn', facts({ status: 'withdrawn' }), 'withdrawn'],
    ['to the public in a drill', facts({ kind: 'drill' }), 'drill'],
    ['as resolved while open', facts({ phase: 'resolved' }), 'open'],
    ['as resolved while mitigating, whatever was measured', facts({ phase: 'resolved', incidentStatus: 'mitigating', verdict: 'pass' }), 'mitigating'],
    ['as resolved while monitoring without proof', facts({ phase: 'resolved', incidentStatus: 'monitoring', verdict: 'no data' }), 'has not passed'],
    ...(['investigating', 'identified', 'monitoring'] as const).map((phase) => [`to the public as ${phase} once it is over`, facts({ phase, incidentStatus: 'resolved' }), 'only be told that it is over'] as const),
    ['to the public as investigating once it is closed', facts({ incidentStatus: 'closed' }), 'only be told that it is over'],
    ['as resolved inside the company either', facts({ phase: 'resolved', audience: 'support', status: 'draft' }), 'over'],
  ] as const)('%s', (_how, given, because) => {
    expect(publishable(given)).toEqual({ ok: false, because: expect.stringContaining(because) })
  })
})
