import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { loadRunForUpdate } from '../load-run.ts'
import { isOver } from '../rules/run-state.ts'

/** Internal: says once, for a run and a region, that its RTO may be missed, for the timeline and for those on call. */
export const raiseForecastAlarm = command({
  name: 'run.forecast-alarm',
  summary: 'Say that a run may miss the RTO of a region.',
  permission: 'run.steer',
  input: z.strictObject({
    runId: z.uuid(),
    region: z.string().min(1).max(60),
    rtoAt: z.iso.datetime(),
    p90At: z.iso.datetime().nullable().describe('Null where it does not go on by itself'),
    sentence: z.string().min(1).max(1_000),
  }),
  load: ({ tx }, { runId }) => loadRunForUpdate(tx, runId),
  async run({ tx, now }, { region, rtoAt, p90At, sentence }, run) {
    // It may have ended since somebody looked: then there is nothing left to warn of.
    if (isOver(run.state.status)) return { result: { said: false }, events: [] }
    const { count } = await tx.forecastAlarm.createMany({ data: [{ runId: run.id, region, at: now, rtoAt: new Date(rtoAt), p90At: p90At && new Date(p90At) }], skipDuplicates: true })
    if (count === 0) return { result: { said: false }, events: [] }
    return {
      result: { said: true },
      events: [{ name: 'run.forecast-alarm', subject: run.id, version: run.version, incidentId: run.incidentId, data: { region, sentence } }],
      record: { subjectKind: 'run', subjectId: run.id, incidentId: run.incidentId, payload: { sentence } },
    }
  },
})
