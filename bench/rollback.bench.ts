import { rmSync } from 'node:fs'
import pg from 'pg'
import type { RegionName } from '#demo/fleet.ts'
import { criteria } from '#demo/harbor.ts'
import { call } from '#demo/shared/call.ts'
import { startStack, until } from '#demo/stack.ts'
import { incidentOf, peopleDecide, proofPasses, resolveIncident, runSucceeds, startRollback } from '#demo/story/marks.ts'
import type { DeploymentView } from '#lib/releases/view.ts'
import type { BreachView } from '#lib/triggers/view.ts'
import { dataFolder } from '#scripts/postgres.ts'
import { pagesAreBuilt } from './support/center-alone.ts'
import { exactNow } from './support/clock.ts'
import { couldBeTrue } from './support/could-be-true.ts'
import { publish, row } from './support/figure.ts'
import { machine } from './support/machine.ts'

/* From the first bad numbers to the last target that serves the old release again, on the whole demo, a few times over. */

const name = 'bench-rollback'
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
const regions = ['us', 'eu'] as const
/** One look of the evaluator at every rule. */
const evaluationMs = 1_000
const declared = criteria.document.rules.find((one) => one.name === 'errors-fast')
if (declared?.limit === undefined) throw new Error('Harbor has no rule errors-fast')
const rule = declared

await pagesAreBuilt()
rmSync(dataFolder(name), { recursive: true, force: true })
const stack = await startStack({ name, port: 3750, fleetPort: 7500, seed: 11 })
const database = new pg.Client({ connectionString: stack.center.urls.databaseUrl })
await database.connect()
const times = {
  due: [] as number[], breach: [] as number[], plan: [] as number[], people: [] as number[], lease: [] as number[], served: [] as number[], whole: [] as number[], direct: [] as number[],
}
try {
  const about = await machine(stack.center.superuserUrl())
  // Normal traffic first: enough for a baseline to compare with afterwards.
  await pause(30_000)
  await nothingIsWrong()
  for (let round = 0; round < rounds; round++) {
    await oneRollback(round)
    await oneByHand()
  }
  const worst = (values: readonly number[]): number => Math.max(...values)
  publish({
    figure: 'rollback',
    title: 'From bad numbers to the old release',
    how: `${rounds} times on the whole demo: a release of checkout begins to fail three in ten orders some seconds after it was deployed, and everything after that is real: agents measure each second, the rule \`${rule.name}\` (over ${rule.limit * 100} % of ${rule.windowSeconds} s, for ${rule.forSeconds} s) fires, an incident opens, a plan is proposed, four people decide (programs, without a pause to think), agents go back region by region. Times are those of samples, breaches, plans and leases in the database; what is served is asked at both regions' gateways every 40 ms. The floor of noticing is the rule itself: when it could have been true at the earliest, reckoned a second time from the samples. The floor of going back is the same by hand: the supervisors told directly to switch the same instances, region by region, with nothing else.`,
    machine: about,
    rows: [
      row('floor', 'first bad sample → the rule could be true', 'ms', times.due),
      row('ours', 'the rule could be true → breach', 'ms', times.breach),
      row('ours', 'breach → plan proposed', 'ms', times.plan),
      row('ours', 'plan proposed → run started (seat, request, two votes, start)', 'ms', times.people),
      row('ours', 'run started → first step leased', 'ms', times.lease),
      row('ours', 'first step leased → last target serves the old release', 'ms', times.served),
      row('floor', 'the same two regions switched by hand', 'ms', times.direct),
      row('ours', 'first bad sample → last target serves the old release', 'ms', times.whole),
    ],
    aims: [
      { sentence: `a breach within one evaluation interval and a second (${evaluationMs + 1_000} ms) of the first moment at which the rule could be true: at most ${Math.round(worst(times.breach))} ms`, met: worst(times.breach) <= evaluationMs + 1_000 },
      { sentence: `a plan within 1,000 ms of the breach: at most ${Math.round(worst(times.plan))} ms`, met: worst(times.plan) <= 1_000 },
    ],
    notes: ['Steps are snapshot-free on the way back: fetch and check the bytes, switch one instance after the other with a health check each, then ask the gateway until only the old release answers; that care is the difference to switching by hand.'],
  })
} finally {
  await database.end()
  await stack.stop()
}
process.exit(0)

async function oneRollback(round: number): Promise<void> {
  const version = `1.5.${round}`
  const artifact = await stack.fleet.artifact('checkout', version, { kind: 'errors', afterMs: 12_000, share: 0.3 })
  await stack.pipeline.send('POST', '/api/v1/releases', { service: 'checkout', version, digest: artifact.digest, url: artifact.url, declares: artifact.declares })
  const { deploymentId } = await stack.pipeline.send<{ deploymentId: string }>('POST', '/api/v1/deployments', { service: 'checkout', version, environment: 'production' })
  const deployment = await until('the deployment has ended', 120_000, async () => {
    const now = await stack.pipeline.get<DeploymentView>(`/api/v1/deployments/${deploymentId}`)
    return now.finishedAt ? now : null
  })
  if (deployment.status !== 'succeeded') throw new Error(`the deployment ${deployment.status}: ${deployment.because}`)
  const casey = await stack.as('casey')
  // What calls checkout fails with it and may have an incident of its own: this one is checkout's.
  const number = await until('a rule fires on checkout, and an incident opens', 120_000, async () => (await casey.get<BreachView[]>('/api/v1/breaches')).find((one) => !one.closedAt && one.service === 'checkout')?.incidentNumber)
  const { id } = await incidentOf(stack, number)
  await until('a plan for both regions is proposed', 30_000, async () => {
    const now = await incidentOf(stack, number)
    if (new Set(now.plan?.moves.map((move) => move.region)).size === regions.length) return true
    throw new Error(`INC-${number} “${now.title}” with ${now.breaches.length} breaches (${now.breaches.map((one) => `${one.rule} on ${one.service} in ${one.region}`).join(', ')}) is ${now.status}: ${now.plan?.sentence ?? now.noPlanBecause ?? 'no plan yet'}`)
  })
  await peopleDecide(stack, number)
  const back = (await incidentOf(stack, number)).plan?.moves[0]?.toDigest ?? ''
  const watch = watchGateways(back)
  const runId = await startRollback(stack, number)
  await runSucceeds(stack, runId)
  const servedAt = await watch.settled()
  await reckon(id, runId, servedAt)
  await proofPasses(stack, number)
  await resolveIncident(stack, number)
  await nothingIsWrong()
}

async function nothingIsWrong(): Promise<void> {
  const casey = await stack.as('casey')
  await until('Harbor is quiet', 60_000, async () => (await casey.get<BreachView[]>('/api/v1/breaches')).every((one) => one.closedAt))
}

interface BreachRow {
  target_id: string
  rule: string
  opened_at: Date
}

async function reckon(incidentId: string, runId: string, servedAt: number): Promise<void> {
  const { rows: breaches } = await database.query<BreachRow>('select target_id, rule, opened_at from breach where incident_id = $1 order by opened_at', [incidentId])
  const { rows: [plan] } = await database.query<{ created_at: Date }>('select created_at from plan where incident_id = $1 order by created_at limit 1', [incidentId])
  const { rows: [run] } = await database.query<{ started_at: Date; leased_at: Date; planned_at: Date }>(
    'select r.started_at, (select min(a.started_at) from attempt a join step s on s.id = a.step_id where s.run_id = r.id) as leased_at, p.created_at as planned_at from run r join plan p on p.id = r.plan_id where r.id = $1',
    [runId],
  )
  const [first] = breaches
  if (!first || !plan || !run) throw new Error('what happened is not in the database')
  let firstBad = Infinity
  for (const breach of breaches) {
    if (breach.rule !== rule.name) continue
    const { rows } = await database.query<{ at: Date; requests: number; errors: number }>(`select at, requests, errors from sample where target_id = $1 and at > $2::timestamptz - interval '60 s' and at < $2::timestamptz + interval '1 s' order by at`, [breach.target_id, breach.opened_at])
    const samples = rows.map(({ at, requests, errors }) => ({ at: at.getTime(), requests, errors }))
    const due = couldBeTrue(rule, samples)
    const bad = samples.find((sample) => sample.errors > 0)
    if (due === null || !bad) throw new Error(`a breach without samples that explain it: ${JSON.stringify(breach)}`)
    firstBad = Math.min(firstBad, bad.at)
    times.due.push(due - bad.at)
    times.breach.push(breach.opened_at.getTime() - due)
  }
  times.plan.push(plan.created_at.getTime() - first.opened_at.getTime())
  times.people.push(run.started_at.getTime() - run.planned_at.getTime())
  times.lease.push(run.leased_at.getTime() - run.started_at.getTime())
  times.served.push(servedAt - run.leased_at.getTime())
  times.whole.push(servedAt - firstBad)
}

/** The same change of the same instances with nothing around it. */
async function oneByHand(): Promise<void> {
  const newer = await stack.fleet.artifact('checkout', '1.5.99', 'none')
  const older = await stack.fleet.artifact('checkout', '1.4.2')
  for (const region of regions) await stack.fleet.deploy(newer, region)
  const watch = watchGateways(older.digest)
  const from = exactNow()
  for (const region of regions) await stack.fleet.deploy(older, region)
  const doneAt = exactNow()
  times.direct.push(Math.max(doneAt, await watch.settled()) - from)
  // The agents look every two seconds: the next release should not be planned from what is no longer so.
  await pause(5_000)
}

/** Asks both gateways without end; `settled` says since when none has answered with anything but the wanted digest. */
function watchGateways(wanted: string): { settled(): Promise<number> } {
  let watching = true
  const last: Record<RegionName, number> = { eu: exactNow(), us: exactNow() }
  const rights: Record<RegionName, number> = { eu: 0, us: 0 }
  const loops = regions.map(async (region) => {
    while (watching) {
      const outcome = await call('GET', `${stack.fleet.places[region].gatewayUrl}/checkout/version`, { timeoutMs: 2_000 })
      const right = outcome.kind === 'answered' && outcome.status === 200 && (JSON.parse(outcome.body) as { digest: string }).digest === wanted
      if (!right) last[region] = exactNow()
      rights[region] = right ? rights[region] + 1 : 0
      await pause(40)
    }
  })
  return {
    settled: async () => {
      // Many in a row, so that no instance hides behind the other.
      await until('only the wanted release answers', 60_000, async () => regions.every((region) => rights[region] >= 20))
      watching = false
      await Promise.all(loops)
      return Math.max(...regions.map((region) => last[region]))
    },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((settle) => setTimeout(settle, ms))
}
