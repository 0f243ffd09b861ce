import { z } from 'zod'
import { query } from '#lib/platform/query.ts'
import type { CriteriaView } from '../view.ts'

interface CriteriaRow {
  id: string
  name: string
  revision: number
  author: string
  reason: string
  created_at: Date
  document: unknown
}

interface StateRow {
  criteria_id: string
  rule: string
  target: string
  verdict: CriteriaView['states'][number]['verdict']
  because: string
  since: Date
  evaluated_at: Date
  silent: boolean
}

/** States change with every look; screens that show them look again this often. */
const refreshMs = 2_000
/** A verdict that nobody has repeated for so long is not known any more: the evaluator is away. */
const silentSeconds = 15

function shown({ rule, target, verdict, because, since, evaluated_at, silent }: StateRow): CriteriaView['states'][number] {
  if (silent) return { rule, target, verdict: 'no verdict', because: 'nothing has judged this since then', since: evaluated_at.toISOString() }
  return { rule, target, verdict, because, since: since.toISOString() }
}

const all = (): Record<string, never> => ({})

export const criteriaList = query({
  name: 'criteria.list',
  summary: 'The criteria in force and the last word of each rule on each target.',
  permission: 'criteria.read',
  input: z.strictObject({}),
  async read({ db, scopes }): Promise<CriteriaView[]> {
    const projects = [...scopes.projects]
    const [criteria, states] = await Promise.all([
      db.$queryRaw<CriteriaRow[]>`
        select c.id, c.name, c.revision, v.author, v.reason, v.created_at, v.document from criteria c join criteria_revision v on v.criteria_id = c.id and v.revision = c.revision
        where c.project_id = any(${projects}::uuid[]) order by c.name, c.id`,
      db.$queryRaw<StateRow[]>`
        select x.criteria_id, x.rule, s.name || ' in ' || r.name || ', ' || e.name as target, x.verdict, x.because, x.since, x.evaluated_at,
          x.evaluated_at < now() - make_interval(secs => ${silentSeconds}) as silent
        from rule_state x join target t on t.id = x.target_id join service s on s.id = t.service_id join region r on r.id = t.region_id join environment e on e.id = t.environment_id
        where x.project_id = any(${projects}::uuid[]) order by x.rule, s.name, r.name, e.name`,
    ])
    return criteria.map((one) => ({
      id: one.id,
      name: one.name,
      revision: one.revision,
      author: one.author,
      reason: one.reason,
      createdAt: one.created_at.toISOString(),
      document: one.document,
      states: states.filter((state) => state.criteria_id === one.id).map(shown),
    }))
  },
  touches: { 'criteria.changed': all, 'trigger.fired': all, 'trigger.cleared': all, 'catalog.changed': all },
  staleAt: (criteria) => (criteria.length > 0 ? new Date(Date.now() + refreshMs) : null),
})
