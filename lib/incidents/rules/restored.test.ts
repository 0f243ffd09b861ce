import { expect, test } from 'vitest'
import { regionsRestored } from './restored.ts'

const facts = { runRegions: ['eu', 'us'], breachRegions: ['eu'], validation: [], over: false }

test.each([
  ['nothing while it only rolled back', facts, 0, 2],
  ['only what is in breach before there is a run', { ...facts, runRegions: [] }, 0, 1],
  ['a region whose targets all passed', { ...facts, validation: [{ region: 'eu', verdict: 'pass' }, { region: 'us', verdict: null }] }, 1, 2],
  ['no region where one target did not pass', { ...facts, validation: [{ region: 'eu', verdict: 'pass' }, { region: 'eu', verdict: 'no data' }] }, 0, 2],
  ['a region in breach that the run does not touch', { ...facts, runRegions: ['us'], validation: [{ region: 'us', verdict: 'pass' }] }, 1, 2],
  ['everything once it is over', { ...facts, over: true }, 2, 2],
] as const)('counts %s', (_what, given, restored, affected) => {
  expect(regionsRestored(given)).toEqual({ restored, affected })
})
