import type { Person } from '#demo/person.ts'
import { Refusal } from '#demo/person.ts'
import { until } from '#demo/stack.ts'
import type { RunView } from '#lib/orchestration/view.ts'
import type { Rig, RigPerson, RigService } from './small-rig.ts'

export type Asking = Record<RigPerson, Pick<Person, 'get' | 'send'>>

/** Everything that people do until a rollback runs: declare, propose, ask, vote twice, sit down, start. */
export async function startTakingBack(people: Asking, services: readonly RigService[], title: string): Promise<{ runId: string; incidentId: string }> {
  const { casey, omar, priya, tomas } = people
  const { incidentId } = await omar.send<{ incidentId: string }>('POST', '/api/v1/incidents', { title, severity: 'SEV2', environment: 'live', services })
  const plan = await onceSeen(() => omar.send<{ planId: string; hash: string; because: string | null }>('POST', '/api/v1/plans', { incidentId, environment: 'live', services }), (answer) => answer.because)
  if (plan.because) throw new Error(`no plan: ${plan.because}`)
  const { requestId } = await omar.send<{ requestId: string }>('POST', `/api/v1/plans/${plan.planId}/submit`, { hash: plan.hash })
  for (const voter of [priya, tomas]) await voter.send('POST', `/api/v1/approvals/${requestId}/votes`, { vote: 'approve', planHash: plan.hash, reason: '' })
  await casey.send('POST', `/api/v1/seats/${incidentId}/take`, { term: 0 })
  const { runId } = await onceSeen(() => casey.send<{ runId: string }>('POST', '/api/v1/runs', { planId: plan.planId, hash: plan.hash }))
  return { runId, incidentId }
}

/** While a server was away nobody told it what runs. Refused for that, a person waits for the next look of an agent and asks again. */
async function onceSeen<T>(ask: () => Promise<T>, because: (answer: T) => string | null = () => null): Promise<T> {
  const unseen = (why: string | null): boolean => why !== null && why.includes('is not known')
  for (let tried = 1; ; tried++) {
    try {
      const answer = await ask()
      if (tried === 30 || !unseen(because(answer))) return answer
    } catch (error) {
      if (tried === 30 || !(error instanceof Refusal) || !unseen(error.message)) throw error
    }
    await new Promise((settle) => setTimeout(settle, 1_000))
  }
}

/**
 * Waits until the run is over, as a commander would: where a step's outcome is not known, the commander looks at the
 * fleet, says what happened, and goes on. Returns how often that was needed.
 */
export async function seeItThrough(rig: Rig, casey: Pick<Person, 'get' | 'send'>, runId: string, withinMs = 120_000): Promise<{ run: RunView; asked: number }> {
  let asked = 0
  const run = await until(`the run ${runId} is over`, withinMs, async () => {
    const now = await casey.get<RunView>(`/api/v1/runs/${runId}`)
    if (now.finishedAt) return now
    if (now.status === 'paused') {
      const unknown = now.regions.flatMap((region) => region.steps).filter((step) => step.status === 'indeterminate')
      for (const step of unknown) {
        const happened = step.stepKind !== 'deploy' || rig.version(step.service as RigService) === '1.0.0'
        await casey.send('POST', `/api/v1/steps/${step.id}/settle`, { happened, reason: 'the fleet was looked at' })
        asked++
      }
      const failed = now.regions.flatMap((region) => region.steps).filter((step) => step.status === 'failed')
      for (const step of failed) await casey.send('POST', `/api/v1/steps/${step.id}/retry`, { reason: `it failed: ${step.because ?? ''}` })
      await casey.send('POST', `/api/v1/runs/${runId}/resume`)
    }
    return null
  })
  return { run, asked }
}

/** What must be true of a finished rollback, by the fleet's own file, by the records and by the tables; each entry is something that is not. */
export async function wrongs(rig: Rig, runId: string, services: readonly RigService[], effectsBefore: number): Promise<string[]> {
  const wrong: string[] = []
  const effects = rig.effects().slice(effectsBefore)
  // What was cut off half way has left its line; only a person's word that it had not happened lets it be done again.
  const words = await rig.rows<{ service: string; n: number }>(
    `select v.name as service, count(*)::int as n from record r join record_payload p on p.record_id = r.id join step s on s.id::text = r.subject_id join service v on v.id = s.service_id
     where r.action = 'step.settle' and s.run_id = $1 and s.step_kind = 'deploy' and p.payload -> 'input' ->> 'happened' = 'false' group by v.name`, [runId])
  for (const service of services) {
    const times = effects.filter((line) => line === `${service} 1.0.0`).length
    const allowed = 1 + (words.find((word) => word.service === service)?.n ?? 0)
    if (times < 1 || times > allowed) wrong.push(`${service} was switched ${times} times, and ${allowed - 1} times a person had said that it had not happened`)
    if (rig.version(service) !== '1.0.0') wrong.push(`${service} runs ${rig.version(service)}`)
  }
  const steps = await rig.rows<{ key: string; status: string; agentless: boolean; succeeded: number; open: number; epochs: string[]; recorded: number }>(
    `select s.key, s.status, s.region_id is null as agentless,
       (select count(*)::int from attempt a where a.step_id = s.id and a.outcome = 'succeeded') as succeeded,
       (select count(*)::int from attempt a where a.step_id = s.id and a.outcome is null) as open,
       (select coalesce(array_agg(a.epoch::text order by a.started_at, a.epoch), '{}') from attempt a where a.step_id = s.id) as epochs,
       (select count(*)::int from record r where r.subject_id = s.id::text and r.action in ('step.complete', 'step.settle')) as recorded
     from step s where s.run_id = $1`, [runId])
  if (steps.length === 0) wrong.push('the run has no steps')
  for (const step of steps) {
    if (step.status !== 'succeeded') wrong.push(`${step.key} is ${step.status}`)
    if (step.open > 0) wrong.push(`${step.key} has ${step.open} attempts that never ended`)
    if (step.agentless) continue
    if (step.succeeded > 1) wrong.push(`${step.key} succeeded ${step.succeeded} times`)
    if (step.recorded < 1) wrong.push(`${step.key} has no record of its end`)
    if (step.epochs.some((epoch, index) => index > 0 && BigInt(epoch) <= BigInt(step.epochs[index - 1] ?? '0'))) wrong.push(`${step.key} has epochs that do not grow: ${step.epochs.join(', ')}`)
  }
  const counts = await rig.rows<{ action: string; n: number }>(`select action, count(*)::int as n from record where action in ('run.start', 'run.started') and subject_id = $1 group by action`, [runId])
  if (counts.find((row) => row.action === 'run.start')?.n !== 1) wrong.push(`the start is recorded ${counts.find((row) => row.action === 'run.start')?.n ?? 0} times`)
  const [locks] = await rig.rows<{ n: number }>('select count(*)::int as n from lock where owner_id = $1', [runId])
  if (locks?.n !== 0) wrong.push(`${locks?.n} locks are still held`)
  const [unannounced] = await rig.rows<{ n: number }>(
    `select count(*)::int as n from record r where r.action = 'step.complete' and r.subject_id in (select id::text from step where run_id = $1)
       and not exists (select 1 from outbox o where o.at = r.at and o.name = 'run.advanced' and o.subject = $1::text)`, [runId])
  if (unannounced?.n !== 0) wrong.push(`${unannounced?.n} ends of steps are recorded and were announced to nobody`)
  return wrong
}
