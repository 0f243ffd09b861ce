import { z } from 'zod'
import { now } from '#lib/platform/clock.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { query } from '#lib/platform/query.ts'
import type { Policy, PolicyV1 } from '../model.ts'
import { changeKinds } from '../model.ts'
import { diffPolicies, ruleInWords } from '../rules/diff-policy.ts'
import { explainPolicy } from '../rules/explain-policy.ts'
import { factsOf } from '../rules/facts-of.ts'
import { asPolicy } from '../rules/migrate-policy.ts'
import type { PolicyTrial, PolicyView } from '../view.ts'

interface RevisionRow {
  revision: number
  document: PolicyV1 | Policy
  by: string
  at: Date
  reason: string | null
}

/** Newest first; who made it and why is in its record. */
const revisionsOf = (tx: Tx, projectIds: readonly string[]): Promise<RevisionRow[]> => tx.$queryRaw<RevisionRow[]>`
  select p.revision, p.document, coalesce(h.name, m.name, 'Knowngood') as by, p.created_at as at,
    (select l.payload->'input'->>'reason' from record r join record_payload l on l.record_id = r.id where r.action = 'policy.apply' and r.project_id = p.project_id and r.at = p.created_at limit 1) as reason
  from approval_policy p left join person h on h.id::text = p.created_by left join machine_token m on m.id::text = p.created_by
  where p.project_id = (select min(x::text)::uuid from unnest(${[...projectIds]}::uuid[]) x) order by p.revision desc limit 200`

export const policyView = query({
  name: 'policy.view',
  summary: 'Who must agree to what: a revision of the policy (the newest when left out), and what it says otherwise than another (the one before when left out).',
  permission: 'approval.read',
  input: z.strictObject({ revision: z.coerce.number().int().min(1).optional(), against: z.coerce.number().int().min(0).optional().describe('The revision to compare with; 0 for none') }),

  async read({ db, scopes }, { revision, against }): Promise<PolicyView> {
    const rows = await revisionsOf(db, scopes.projects)
    const shown = revision === undefined ? rows[0] : rows.find((row) => row.revision === revision)
    if (revision !== undefined && !shown) throw new Fault('not_found', `there is no revision ${revision} of the policy here`)
    const other = shown ? rows.find((row) => row.revision === (against ?? shown.revision - 1)) : undefined
    if (against && !other) throw new Fault('not_found', `there is no revision ${against} of the policy here`)
    const document = shown ? asPolicy(shown.document) : null
    const environments = await db.environment.findMany({ where: { projectId: { in: [...scopes.projects] } }, select: { name: true }, orderBy: { name: 'asc' } })
    const services = await db.service.findMany({ where: { projectId: { in: [...scopes.projects] } }, select: { name: true }, orderBy: { name: 'asc' } })
    return {
      revision: shown?.revision ?? 0,
      document,
      rules: (document?.rules ?? []).map((rule) => ({ name: rule.name, words: ruleInWords(rule) })),
      against: other?.revision ?? 0,
      changes: document ? diffPolicies(other ? asPolicy(other.document) : null, document) : [],
      revisions: rows.map(({ revision: number, by, at, reason }) => ({ revision: number, by, at: at.toISOString(), reason })),
      environments: environments.map((one) => one.name),
      services: services.map((one) => one.name),
    }
  },

  touches: { 'policy.changed': () => ({}) },
})

const listed = z.string().max(8_000).default('').transform((text) => text.split(',').map((one) => one.trim()).filter((one) => one !== ''))

export const policyTry = query({
  name: 'policy.try',
  summary: 'What a change would need by the policy as it is, and why: each rule with the condition that makes it speak or not.',
  permission: 'approval.read',
  input: z.strictObject({
    environment: z.string().min(1).max(60),
    services: listed.describe('Services that move, by name, with commas between them'),
    kinds: listed.pipe(z.array(z.enum(changeKinds))).describe('What is done, with commas between; nothing = not known, so every rule may speak'),
  }),

  async read({ db, scopes }, { environment, services, kinds }): Promise<PolicyTrial> {
    const projectId = { in: [...scopes.projects] }
    if ((await db.environment.count({ where: { projectId, name: environment } })) === 0) throw new Fault('not_found', `there is no environment ${environment} here`)
    const rows = await db.service.findMany({ where: { projectId, name: { in: services } }, select: { name: true, tier: true, dataClass: true, jurisdictions: true } })
    const missing = services.filter((name) => !rows.some((row) => row.name === name))
    if (missing.length > 0) throw new Fault('not_found', `there is no service ${missing.join(' or ')} here`)
    const facts = factsOf(environment, rows, kinds.length > 0 ? kinds : null)
    const [newest] = await revisionsOf(db, scopes.projects)
    return { revision: newest?.revision ?? 0, facts, ...explainPolicy(newest ? asPolicy(newest.document) : null, facts, now()) }
  },

  touches: { 'policy.changed': () => ({}) },
})
