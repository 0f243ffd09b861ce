import type { ClientBase, PoolClient } from 'pg'
import type { z } from 'zod'
import { system } from '#lib/platform/actor.ts'
import { now as clock } from '#lib/platform/clock.ts'
import { execute } from '#lib/platform/command.ts'
import { pool } from '#lib/platform/db.ts'
import { log } from '#lib/platform/log.ts'
import type { Loop } from '#lib/platform/loop.ts'
import { startLoop } from '#lib/platform/loop.ts'
import type { SampleFacts } from '#lib/validation/model.ts'
import { recordVerdict } from './commands/record-verdict.ts'
import type { Memory, Rule, Verdict } from './model.ts'
import { criteriaDocumentSchema, nothingRemembered } from './model.ts'
import type { Evaluation } from './rules/evaluate.ts'
import { evaluate } from './rules/evaluate.ts'
import { evidenceMs, evidenceOf } from './rules/evidence.ts'
import { healthOf } from './rules/health.ts'
import type { SampleWindow } from './sample-window.ts'
import { sampleWindow } from './sample-window.ts'

interface CriteriaRow {
  id: string
  project_id: string
  revision: number
  environments: string[]
  services: string[]
  rules: Rule[]
}

interface TargetRow {
  id: string
  project_id: string
  service: string
  environment: string
  observed: unknown
  observed_at: Date | null
}

interface StateRow {
  criteria_id: string
  rule: string
  target_id: string
  verdict: Verdict | null
  memory: Memory | null
  open: boolean
}

/** One rule on one target, before and after a look. */
interface Look {
  criteria: CriteriaRow
  rule: Rule
  target: TargetRow
  open: boolean
  evaluation: Evaluation
}

export interface Round {
  /** False where another engine was at it. */
  led: boolean
  looks: number
  changes: number
}

/**
 * Makes an evaluator. One round judges every rule on every target that it covers; only one engine is at it at a time, held
 * by an advisory lock, and everything it must remember is in the database: any engine can do the next round.
 */
export function makeEvaluator(): { round(): Promise<Round> } {
  const window = sampleWindow()
  return {
    async round() {
      const client = await pool().connect()
      let healthy = false
      try {
        const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(hashtext('knowngood-triggers')) as got`)
        if (!rows[0]?.got) {
          healthy = true
          return { led: false, looks: 0, changes: 0 }
        }
        const round = await judgeAll(client, window)
        await client.query(`select pg_advisory_unlock(hashtext('knowngood-triggers'))`)
        healthy = true
        return round
      } finally {
        // A connection in an unknown state may still hold the lock: it is closed, and the lock with it.
        client.release(!healthy)
      }
    },
  }
}

/** The room's background work: a look every second. */
export function startEvaluator(): Loop {
  const evaluator = makeEvaluator()
  return startLoop('triggers', 1_000, async () => void (await evaluator.round()))
}

async function judgeAll(client: PoolClient, window: SampleWindow): Promise<Round> {
  const now = clock()
  const criteria = await loadCriteria(client)
  const states = await loadStates(client)
  const targets = criteria.length === 0 ? [] : await loadTargets(client)
  const covered = criteria.flatMap((one) => targets.filter((target) => covers(one, target)).flatMap((target) => one.rules.map((rule) => ({ criteria: one, rule, target }))))
  const seconds = Math.max(0, ...covered.map(({ rule }) => rule.windowSeconds))
  const targetIds = [...new Set(covered.map(({ target }) => target.id))]
  if (targetIds.length > 0) await window.load(client, targetIds, now.getTime() - seconds * 1000, now.getTime())
  const deployed = await loadDeployments(client, Math.max(0, ...covered.map(({ rule }) => rule.onlyAfterDeploymentSeconds ?? 0)))

  const looks = covered.map(({ criteria: one, rule, target }): Look => {
    const state = states.get(keyOf(one.id, rule.name, target.id))
    const facts = {
      samples: window.of(target.id),
      instances: healthOf(target.observed, target.observed_at?.getTime() ?? null),
      deployedAt: deployed.get(target.id) ?? null,
      open: state?.open ?? false,
      memory: state?.memory ?? nothingRemembered,
      now: now.getTime(),
    }
    return { criteria: one, rule, target, open: facts.open, evaluation: evaluate(rule, facts) }
  })
  const changed = looks.filter(isChange)
  await remember(client, looks.filter((look) => !isChange(look)), now)
  const told = await tell(client, changed, now)
  const closed = await endUncovered(client, criteria, states, new Set(looks.map((look) => keyOf(look.criteria.id, look.rule.name, look.target.id))))
  return { led: true, looks: looks.length, changes: told + closed }
}

const keyOf = (criteriaId: string, rule: string, targetId: string): string => `${criteriaId} ${targetId} ${rule}`

const covers = (criteria: CriteriaRow, target: TargetRow): boolean =>
  target.project_id === criteria.project_id && criteria.environments.includes(target.environment) && (criteria.services[0] === '*' || criteria.services.includes(target.service))

/** Opening and ending a breach is news and goes through the command; the rest is the evaluator's own memory. */
const isChange = ({ open, evaluation }: Look): boolean => (open ? evaluation.verdict === 'ok' : evaluation.verdict === 'breach')

async function loadCriteria(client: ClientBase): Promise<CriteriaRow[]> {
  const { rows } = await client.query<{ id: string; project_id: string; revision: number; document: unknown }>(
    `select c.id, c.project_id, c.revision, v.document from criteria c join criteria_revision v on v.criteria_id = c.id and v.revision = c.revision`,
  )
  return rows.flatMap(({ document, ...row }) => {
    const parsed = criteriaDocumentSchema.safeParse(document)
    if (parsed.success) return [{ ...row, ...parsed.data }]
    log('triggers').error({ criteria: row.id, revision: row.revision, err: parsed.error.message }, 'criteria that this version cannot read are not judged')
    return []
  })
}

/** What is remembered of every rule, with the open breaches of rules that nothing is remembered of. */
async function loadStates(client: ClientBase): Promise<Map<string, StateRow>> {
  const { rows } = await client.query<StateRow>(
    `select criteria_id, rule, target_id, x.verdict, x.memory, b.id is not null as open
     from rule_state x full join (select id, criteria_id, rule, target_id from breach where closed_at is null) b using (criteria_id, rule, target_id)`,
  )
  return new Map(rows.map((row) => [keyOf(row.criteria_id, row.rule, row.target_id), row]))
}

async function loadTargets(client: ClientBase): Promise<TargetRow[]> {
  const { rows } = await client.query<TargetRow>(
    `select t.id, t.project_id, s.name as service, e.name as environment, t.observed, t.observed_at from target t join service s on s.id = t.service_id join environment e on e.id = t.environment_id`,
  )
  return rows
}

/** When each target was last deployed to, as far back as any rule asks. */
async function loadDeployments(client: ClientBase, seconds: number): Promise<Map<string, number>> {
  if (seconds === 0) return new Map()
  const { rows } = await client.query<{ target_id: string; at: Date }>(
    `select dt.target_id, max(d.created_at) as at from deployment d join deployment_target dt on dt.deployment_id = d.id
     where d.status <> 'refused' and d.created_at > now() - make_interval(secs => $1) group by dt.target_id`,
    [seconds],
  )
  return new Map(rows.map((row) => [row.target_id, row.at.getTime()]))
}

/** Everything that is no news, in one statement. */
async function remember(client: ClientBase, looks: readonly Look[], now: Date): Promise<void> {
  if (looks.length === 0) return
  const rows = looks.map(({ criteria, rule, target, evaluation }) => ({
    criteria_id: criteria.id, rule: rule.name, target_id: target.id, project_id: criteria.project_id, verdict: evaluation.verdict, because: evaluation.because, memory: evaluation.memory,
  }))
  await client.query(
    `insert into rule_state (criteria_id, rule, target_id, project_id, verdict, because, memory, evaluated_at, since)
     select criteria_id, rule, target_id, project_id, verdict, because, memory, $2::timestamptz, $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as r(criteria_id uuid, rule text, target_id uuid, project_id uuid, verdict text, because text, memory jsonb)
     on conflict (criteria_id, rule, target_id) do update set verdict = excluded.verdict, because = excluded.because, memory = excluded.memory, evaluated_at = excluded.evaluated_at,
       since = case when rule_state.verdict = excluded.verdict then rule_state.since else excluded.since end`,
    [JSON.stringify(rows), now],
  )
}

/** The news of a round. One that cannot be told does not keep the others back: nothing of it was remembered, so the next round finds it again. */
async function tell(client: ClientBase, changed: readonly Look[], now: Date): Promise<number> {
  const fired = changed.filter(({ evaluation }) => evaluation.verdict === 'breach')
  const drawn = await loadEvidence(client, fired, now)
  let told = 0
  for (const { criteria, rule, target, evaluation } of changed) {
    const { samples = [], baseline = [] } = drawn.get(target.id) ?? {}
    const said = await say({
      criteriaId: criteria.id, revision: criteria.revision, rule: rule.name, targetId: target.id, verdict: evaluation.verdict, because: evaluation.because, memory: evaluation.memory,
      evidence: evaluation.verdict === 'breach' ? evidenceOf(rule, evaluation, samples, baseline, now.getTime()) : null,
    })
    if (said) told++
  }
  return told
}

async function say(input: z.input<typeof recordVerdict.input>): Promise<boolean> {
  try {
    return (await execute(recordVerdict, system('trigger evaluator'), input)).changed
  } catch (error) {
    log('triggers').warn({ err: error, rule: input.rule, target: input.targetId, verdict: input.verdict }, 'a verdict could not be recorded; trying again')
    return false
  }
}

/** What a drawing needs and a judgement does not: read only for what has just fired. */
async function loadEvidence(client: ClientBase, fired: readonly Look[], now: Date): Promise<Map<string, { samples: SampleFacts[]; baseline: SampleFacts[] }>> {
  if (fired.length === 0) return new Map()
  const from = new Date(now.getTime() - Math.max(...fired.map(({ rule }) => evidenceMs(rule))))
  const { rows } = await client.query<{ id: string; samples: SampleFacts[] | null; baseline: SampleFacts[] | null }>(
    `select w.id,
       (select jsonb_agg(jsonb_build_object('at', round(extract(epoch from s.at) * 1000), 'seconds', s.seconds, 'requests', s.requests, 'errors', s.errors, 'latency', s.latency) order by s.at)
        from sample s where s.target_id = w.id and s.at > $2 and s.at <= $3) as samples,
       (select b.samples from baseline b where b.target_id = w.id and jsonb_array_length(b.samples) > 0 order by b.taken_at desc limit 1) as baseline
     from unnest($1::uuid[]) as w(id)`,
    [[...new Set(fired.map(({ target }) => target.id))], from, now],
  )
  return new Map(rows.map((row) => [row.id, { samples: row.samples ?? [], baseline: row.baseline ?? [] }]))
}

/**
 * A rule that was taken out, or no longer covers a target, has no word there any more, and its breach ends with it. Criteria
 * that could not be read are left as they are: not judged is not over.
 */
async function endUncovered(client: ClientBase, criteria: readonly CriteriaRow[], states: ReadonlyMap<string, StateRow>, looked: ReadonlySet<string>): Promise<number> {
  const revisionOf = new Map(criteria.map((one) => [one.id, one.revision]))
  const gone = [...states].flatMap(([key, state]) => {
    const revision = revisionOf.get(state.criteria_id)
    return looked.has(key) || revision === undefined ? [] : [{ ...state, revision }]
  })
  let closed = 0
  for (const { open, criteria_id, revision, rule, target_id } of gone) {
    if (!open) continue
    const because = `revision ${revision} of the criteria no longer judges this`
    if (await say({ criteriaId: criteria_id, revision, rule, targetId: target_id, verdict: 'no verdict', because, evidence: null, memory: nothingRemembered, retired: true })) closed++
  }
  if (gone.length > 0) {
    await client.query(
      `delete from rule_state x using unnest($1::uuid[], $2::text[], $3::uuid[]) as g(criteria_id, rule, target_id) where x.criteria_id = g.criteria_id and x.rule = g.rule and x.target_id = g.target_id`,
      [gone.map((state) => state.criteria_id), gone.map((state) => state.rule), gone.map((state) => state.target_id)],
    )
  }
  return closed
}
