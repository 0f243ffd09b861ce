import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { CriteriaDocument } from '../model.ts'
import { evidenceSchema } from '../model.ts'

interface Place {
  project_id: string
  criteria: string
  revision: number
  document: CriteriaDocument
  service: string
  service_id: string
  environment_id: string
  region: string
}

interface OpenBreach {
  id: string
  incident_id: string | null
  release_id: string | null
  action: string
  severity: string
}

const isoTime = z.iso.datetime().nullable()

export const recordVerdict = command({
  name: 'trigger.judge',
  summary: 'The word of one rule on one target: opens a breach, or ends the one that is open. Only a change is news.',
  permission: 'criteria.write',
  input: z.strictObject({
    criteriaId: z.uuid(),
    revision: z.number().int().positive(),
    rule: z.string(),
    targetId: z.uuid(),
    verdict: z.enum(['ok', 'breach', 'no verdict']),
    because: z.string(),
    evidence: evidenceSchema.nullable().describe('Needed where the verdict is breach'),
    memory: z.strictObject({ badSince: isoTime, goodSince: isoTime }),
    retired: z.boolean().default(false).describe('The rule no longer covers the target: its breach ends without having been judged good'),
  }),

  async load({ tx }, { criteriaId, targetId }) {
    // The share lock keeps the revision as it is until we are done.
    const [place] = await tx.$queryRaw<Place[]>`
      select c.project_id, c.name as criteria, c.revision, v.document, s.name as service, s.id as service_id, t.environment_id, r.name as region
      from criteria c join criteria_revision v on v.criteria_id = c.id and v.revision = c.revision
      join target t on t.id = ${targetId}::uuid and t.project_id = c.project_id join service s on s.id = t.service_id join region r on r.id = t.region_id
      where c.id = ${criteriaId}::uuid for share of c`
    if (!place) throw new Fault('not_found', 'there are no such criteria or no such target here')
    return { subject: place, scope: { projectId: place.project_id, environmentId: place.environment_id, serviceIds: [place.service_id] } }
  },

  async run({ tx, now, newId }, input, place) {
    const { criteriaId, revision, rule: name, targetId, verdict, because, evidence, memory, retired } = input
    const nothing = { result: { breachId: null as string | null, changed: false }, events: [] as EventDraft[] }
    // Judged under a revision that is no longer in force: the next look judges anew.
    if (revision !== place.revision) return nothing

    await tx.$executeRaw`
      insert into rule_state (criteria_id, rule, target_id, project_id, verdict, because, memory, evaluated_at, since)
      values (${criteriaId}::uuid, ${name}, ${targetId}::uuid, ${place.project_id}::uuid, ${verdict}, ${because}, ${JSON.stringify(memory)}::jsonb, ${now}::timestamptz, ${now}::timestamptz)
      on conflict (criteria_id, rule, target_id) do update set verdict = excluded.verdict, because = excluded.because, memory = excluded.memory, evaluated_at = excluded.evaluated_at,
        since = case when rule_state.verdict = excluded.verdict then rule_state.since else excluded.since end`

    const about = { criteria: place.criteria, rule: name, service: place.service, serviceId: place.service_id, targetId, environmentId: place.environment_id, region: place.region, sentence: evidence?.sentence ?? because }
    if (verdict === 'breach') {
      const rule = place.document.rules.find((one) => one.name === name)
      if (!rule) throw new Fault('invalid', `rule: revision ${revision} has no rule ${name}`, { fields: [{ field: 'rule', message: `revision ${revision} has no rule ${name}` }] })
      if (!evidence) throw new Fault('invalid', 'evidence: a breach says what was seen', { fields: [{ field: 'evidence', message: 'a breach says what was seen' }] })
      const releaseId = await runningRelease(tx, targetId)
      const breachId = newId()
      const opened = await tx.$executeRaw`
        insert into breach (id, project_id, criteria_id, revision, rule, target_id, release_id, action, severity, evidence, opened_at)
        values (${breachId}::uuid, ${place.project_id}::uuid, ${criteriaId}::uuid, ${revision}::int, ${name}, ${targetId}::uuid, ${releaseId}::uuid, ${rule.action}, ${rule.severity}, ${JSON.stringify(evidence)}::jsonb, ${now}::timestamptz)
        on conflict (criteria_id, rule, target_id) where closed_at is null do nothing`
      if (opened === 0) return nothing
      return {
        result: { breachId, changed: true },
        events: [{ name: 'trigger.fired', subject: breachId, version: 1, data: { ...about, action: rule.action, severity: rule.severity, releaseId } }],
        record: { subjectKind: 'breach', subjectId: breachId, payload: { service: place.service, region: place.region, releaseId, action: rule.action, severity: rule.severity } },
      }
    }
    if (verdict === 'no verdict' && !retired) return nothing
    const [closed] = await tx.$queryRaw<OpenBreach[]>`
      update breach set closed_at = ${now}::timestamptz where criteria_id = ${criteriaId}::uuid and rule = ${name} and target_id = ${targetId}::uuid and closed_at is null
      returning id, incident_id, release_id, action, severity`
    if (!closed) return nothing
    return {
      result: { breachId: closed.id, changed: true },
      events: [{ name: 'trigger.cleared', subject: closed.id, version: 2, incidentId: closed.incident_id, data: { ...about, action: closed.action, severity: closed.severity, releaseId: closed.release_id, verdict } }],
      record: { subjectKind: 'breach', subjectId: closed.id, incidentId: closed.incident_id, payload: { service: place.service, region: place.region } },
    }
  },
})

/** The release that most instances run, by digest; of equals the newest, since that is what changed. Null where it is not known. */
async function runningRelease(tx: Tx, targetId: string): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    select r.id from target t
    cross join lateral jsonb_to_recordset(case when jsonb_typeof(t.observed) = 'array' then t.observed else '[]'::jsonb end) as i(digest text, state text)
    join release r on r.service_id = t.service_id and r.digest = i.digest
    where t.id = ${targetId}::uuid group by r.id
    order by count(*) filter (where i.state <> 'stopped') desc, count(*) desc, r.created_at desc limit 1`
  return row?.id ?? null
}
