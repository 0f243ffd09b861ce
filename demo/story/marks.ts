import type { BreachView } from '#lib/triggers/view.ts'
import type { DeploymentView } from '#lib/releases/view.ts'
import type { IncidentSummary, IncidentView } from '#lib/incidents/view.ts'
import type { NotificationView, UpdateView } from '#lib/communications/view.ts'
import type { RecordsView } from '#lib/governance/view.ts'
import type { RunView } from '#lib/orchestration/view.ts'
import type { FaultOrder } from '../artifacts/draw-fault.ts'
import type { PlaceName } from '../fleet.ts'
import type { ServiceName } from '../harbor.ts'
import { regions } from '../harbor.ts'
import { Refusal } from '../person.ts'
import type { Stack } from '../stack.ts'
import { until } from '../stack.ts'

/** Something that is not as it should be: the story ends here. */
export function must(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(`not as told: ${what}`)
}

/** That something was refused, with this status; returns the sentence with which it was. */
export async function refused(what: string, status: number, asked: Promise<unknown>): Promise<string> {
  const refusal = await asked.then(() => null, (error: unknown) => error)
  must(refusal instanceof Refusal && refusal.status === status, `${what} is refused with ${status}, and it was ${refusal instanceof Refusal ? `${refusal.status}: ${refusal.message}` : String(refusal ?? 'allowed')}`)
  return refusal.message
}

export const incidentOf = async (stack: Stack, number: number): Promise<IncidentView> => (await stack.as('casey')).get<IncidentView>(`/api/v1/incidents/by-number/${number}`)

/** Mark 1: a pipeline registers checkout 1.5.0 and deploys it; snapshot and baseline are there before anything changed. */
export async function deployRelease(stack: Stack, fault: FaultOrder): Promise<{ digest: string; deployment: DeploymentView }> {
  const artifact = await stack.fleet.artifact('checkout', '1.5.0', fault)
  await stack.pipeline.send('POST', '/api/v1/releases', {
    service: 'checkout', version: artifact.version, digest: artifact.digest, url: artifact.url, declares: artifact.declares, metadata: { commit: '7be41d0', pipelineUrl: 'https://ci.harbor.example/checkout/1812' },
  })
  const { deploymentId } = await stack.pipeline.send<{ deploymentId: string }>('POST', '/api/v1/deployments', { service: 'checkout', version: artifact.version, environment: 'production' })
  const deployment = await deploymentSucceeds(stack, deploymentId)
  must(deployment.targets.length === 2 && deployment.targets.every((target) => target.snapshot), 'a snapshot was taken in both regions')
  must(deployment.targets.every((target) => target.baselineSamples > 0), 'a baseline was taken in both regions')
  for (const region of regions) {
    const running = await stack.fleet.running('checkout', region)
    must(running.length > 0 && running.every((one) => one.digest === artifact.digest), `${region} serves 1.5.0`)
  }
  return { digest: artifact.digest, deployment }
}

async function deploymentSucceeds(stack: Stack, deploymentId: string): Promise<DeploymentView> {
  const deployment = await until('the deployment has ended', 120_000, async () => {
    const now = await stack.pipeline.get<DeploymentView>(`/api/v1/deployments/${deploymentId}`)
    return now.finishedAt ? now : null
  })
  must(deployment.status === 'succeeded', `the deployment succeeds, and it ${deployment.status}: ${deployment.because}`)
  return deployment
}

/** A pipeline deploys a registered release, and it gets there. */
export async function deploymentEnds(stack: Stack, service: string, version: string, environment = 'production'): Promise<DeploymentView> {
  const { deploymentId } = await stack.pipeline.send<{ deploymentId: string }>('POST', '/api/v1/deployments', { service, version, environment })
  return deploymentSucceeds(stack, deploymentId)
}

/** What customers meet in every region is this version and nothing else. */
export async function gatewaysServe(stack: Stack, service: ServiceName, version: string, withinMs = 20_000): Promise<void> {
  for (const region of regions) await servesIn(stack, region, service, version, withinMs)
}

/** The same for one place. */
export async function servesIn({ fleet }: Stack, place: PlaceName, service: ServiceName, version: string, withinMs = 20_000): Promise<void> {
  await until(`${place} serves ${service} ${version}`, withinMs, async () => {
    const now = await fleet.running(service, place)
    return now.length === 1 && now[0]?.version === version
  })
}

/** Mark 2: real traffic goes bad and a rule says so, with what it saw. */
export async function breachFires(stack: Stack, version = '1.5.0', service = 'checkout'): Promise<BreachView> {
  const breach = await until(`a rule fires on ${service}`, 120_000, async () => (await (await stack.as('casey')).get<BreachView[]>('/api/v1/breaches')).find((one) => !one.closedAt && one.service === service))
  must(breach.evidence.value !== null && breach.evidence.series.length > 0, 'the breach has its evidence')
  must(breach.release === version, `the breach names the release that runs, ${version}, and it says ${breach.release}`)
  return breach
}

/** Mark 3: an incident opens, and who is on call is told. */
export async function incidentOpens(stack: Stack): Promise<IncidentSummary> {
  const casey = await stack.as('casey')
  const incident = await until('an incident is open', 15_000, async () => (await casey.get<IncidentSummary[]>('/api/v1/incidents?status=open'))[0])
  const omar = await stack.as('omar')
  await until('on-call is told', 15_000, async () => (await omar.get<NotificationView[]>('/api/v1/notifications')).find((one) => one.url === `/incidents/${incident.number}`))
  return incident
}

/** The incident that is open now and suspects this version. Callers of what broke may have opened another one before. */
export async function incidentAbout(stack: Stack, version: string): Promise<number> {
  const casey = await stack.as('casey')
  return until(`an incident about ${version} is open`, 30_000, async () => {
    for (const { number } of await casey.get<IncidentSummary[]>('/api/v1/incidents?status=open')) if ((await incidentOf(stack, number)).release?.version === version) return number
    return null
  })
}

/** Omar, who is on call, declares an incident that no rule would have opened. */
export async function declareIncident(stack: Stack, what: { title: string; severity: string; services: string[]; releaseVersion: string }): Promise<number> {
  const { number } = await (await stack.as('omar')).send<{ number: number }>('POST', '/api/v1/incidents', { ...what, environment: 'production' })
  return number
}

/** The approved plan is started and ends well, one region after the other. */
export const carriedOut = async (stack: Stack, number: number): Promise<RunView> => runSucceeds(stack, await startRollback(stack, number))

/** Mark 4: a way back is proposed and proven: order, both regions, a reason on every edge, what is lost, how long. */
export async function planIsProposed(stack: Stack, number: number): Promise<NonNullable<IncidentView['plan']>> {
  const plan = await until('a plan is proposed', 15_000, async () => (await incidentOf(stack, number)).plan)
  must(plan.proof.holds, `the proof holds: ${plan.proof.because}`)
  must(new Set(plan.moves.map((move) => move.region)).size === 2 && plan.moves.every((move) => move.to === '1.4.2'), `both regions go back to 1.4.2: ${plan.sentence}`)
  const unexplained = plan.steps.flatMap((step) => step.after.map((from) => [from, step.key])).filter(([from, to]) => !plan.reasons.some((reason) => reason.from === from && reason.to === to && reason.because))
  must(unexplained.length === 0, 'every edge has its reason')
  must(plan.losses.length > 0 && plan.forecast.p90Ms >= plan.forecast.p50Ms && plan.forecast.p50Ms > 0, 'what is lost and how long it takes are said')
  return plan
}

/** Mark 5: somebody commands; whoever asks cannot approve; two others do, for exactly this plan. */
export async function peopleDecide(stack: Stack, number: number): Promise<void> {
  const [casey, omar, priya, tomas] = await Promise.all([stack.as('casey'), stack.as('omar'), stack.as('priya'), stack.as('tomas')])
  const before = await incidentOf(stack, number)
  must(before.plan, 'there is a plan')
  const { id: planId, hash } = before.plan
  await casey.send('POST', `/api/v1/seats/${before.id}/take`, { term: before.seat.term })
  const { requestId } = await omar.send<{ requestId: string }>('POST', `/api/v1/plans/${planId}/submit`, { hash })
  const vote = { vote: 'approve', planHash: hash, reason: '' }
  await refused('a vote of whoever asked', 403, omar.send('POST', `/api/v1/approvals/${requestId}/votes`, vote))
  await refused('a vote for another hash', 409, priya.send('POST', `/api/v1/approvals/${requestId}/votes`, { ...vote, planHash: `sha256:${'0'.repeat(64)}` }))
  await priya.send('POST', `/api/v1/approvals/${requestId}/votes`, vote)
  await refused('a start with one vote of two', 409, casey.send('POST', '/api/v1/runs', { planId, hash }))
  await refused('a second vote of the same person', 409, priya.send('POST', `/api/v1/approvals/${requestId}/votes`, vote))
  await tomas.send('POST', `/api/v1/approvals/${requestId}/votes`, vote)
  const after = await incidentOf(stack, number)
  must(after.approval?.state === 'satisfied' && after.approval.have === 2, `two people have approved, and it says ${after.approval?.state} with ${after.approval?.have}`)
}

/** Mark 6: the commander starts it; agents carry it out region by region, and the logs stream. */
export async function startRollback(stack: Stack, number: number): Promise<string> {
  const casey = await stack.as('casey')
  const { plan } = await incidentOf(stack, number)
  must(plan, 'there is a plan')
  await refused('a start by somebody without the seat', 403, (await stack.as('priya')).send('POST', '/api/v1/runs', { planId: plan.id, hash: plan.hash }))
  const { runId } = await casey.send<{ runId: string }>('POST', '/api/v1/runs', { planId: plan.id, hash: plan.hash })
  return runId
}

export const runOf = async (stack: Stack, runId: string): Promise<RunView> => (await stack.as('casey')).get<RunView>(`/api/v1/runs/${runId}`)

export async function runSucceeds(stack: Stack, runId: string): Promise<RunView> {
  const run = await until('the run has ended', 240_000, async () => {
    const now = await runOf(stack, runId)
    must(now.status !== 'failed' && now.status !== 'aborted', `the run goes on, and it ${now.status}: ${now.because}`)
    must(now.status !== 'paused', `the run goes on, and it is paused: ${now.because}`)
    return now.finishedAt ? now : null
  })
  const steps = run.regions.flatMap((region) => region.steps)
  must(steps.some((step) => step.lines > 0), 'agents streamed their logs')
  const end = (region: string): number => Math.max(...steps.filter((step) => step.region === region).map((step) => Date.parse(step.finishedAt ?? '')))
  const start = (region: string): number => Math.min(...steps.filter((step) => step.region === region && step.stepKind === 'deploy').map((step) => Date.parse(step.startedAt ?? '')))
  must(end('us') <= start('eu'), 'the region with less traffic was done before the other began')
  return run
}

/** Mark 7: the numbers are compared with the baseline; only `pass` lets the incident go on to monitoring, then resolved. */
export async function proofPasses(stack: Stack, number: number): Promise<void> {
  const casey = await stack.as('casey')
  const early = await incidentOf(stack, number)
  if (early.validation?.verdict !== 'pass') await refused('resolving before it is proven', 409, casey.send('POST', `/api/v1/incidents/${early.id}/resolve`, {}))
  const proven = await until('validation has a verdict', 180_000, async () => {
    const now = await incidentOf(stack, number)
    return now.validation?.verdict ? now : null
  })
  must(proven.validation?.verdict === 'pass', `validation passes, and it says ${proven.validation?.verdict}: ${proven.validation?.targets.flatMap((target) => target.metrics.map((metric) => metric.because)).join('; ')}`)
  await until('the incident is monitoring', 10_000, async () => (await incidentOf(stack, number)).status === 'monitoring')
}

export async function resolveIncident(stack: Stack, number: number, reason = 'measured against the baseline in both regions'): Promise<void> {
  const incident = await until('the rules see that it is over, too', 90_000, async () => {
    const now = await incidentOf(stack, number)
    return now.resolvable.ok ? now : null
  })
  await (await stack.as('casey')).send('POST', `/api/v1/incidents/${incident.id}/resolve`, { reason })
  must((await incidentOf(stack, number)).status === 'resolved', 'the incident is resolved')
}

/** A word to the public: drafted, approved on exactly that text, published by the spokesperson alone. */
export async function tellThePublic(stack: Stack, incidentId: string, phase: UpdateView['phase'], text: string): Promise<void> {
  const [lena, omar] = await Promise.all([stack.as('lena'), stack.as('omar')])
  const { updateId } = await omar.send<{ updateId: string }>('POST', '/api/v1/updates', { incidentId, audience: 'public', phase, text })
  const draft = (await lena.get<UpdateView[]>(`/api/v1/updates?incidentId=${incidentId}`)).find((update) => update.id === updateId)
  must(draft, 'the draft is there')
  await refused('publishing by somebody who is not a spokesperson', 403, omar.send('POST', `/api/v1/updates/${updateId}/publish`, { textDigest: draft.textDigest }))
  await lena.send('POST', `/api/v1/updates/${updateId}/approve`, { textDigest: draft.textDigest })
  await lena.send('POST', `/api/v1/updates/${updateId}/publish`, { textDigest: draft.textDigest })
  await until('the status page says it', 10_000, async () => (await (await fetch(`${stack.url}/status`)).text()).includes(text))
}

/** What every story must have left in the records. */
const wanted = ['incident.open-for-breach', 'plan.propose', 'seat.take', 'plan.submit', 'approval.vote', 'run.start', 'step.complete', 'validation.advance', 'incident.resolve', 'update.publish']

/** Mark 8, the second half: every step of it is in the records, in the incident's own. */
export async function recordsHoldIt(stack: Stack, incidentId: string): Promise<number> {
  const audrey = await stack.as('audrey')
  const actions: string[] = []
  let before: string | null = null
  do {
    const page: RecordsView = await audrey.get<RecordsView>(`/api/v1/records?incidentId=${incidentId}&limit=100${before ? `&before=${encodeURIComponent(before)}` : ''}`)
    actions.push(...page.records.map((record) => record.action))
    before = page.next
  } while (before)
  const missing = wanted.filter((action) => !actions.includes(action))
  must(missing.length === 0, `the records hold every step, and ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing (there: ${[...new Set(actions)].join(', ')})`)
  must(actions.filter((action) => action === 'approval.vote').length === 2, 'both votes are in the records')
  return actions.length
}

/** Nothing that is measured is wrong, and no rule says that anything is, for so long. */
export async function staysQuiet(stack: Stack, ms: number): Promise<void> {
  const casey = await stack.as('casey')
  const open = async (): Promise<BreachView[]> => (await casey.get<BreachView[]>('/api/v1/breaches')).filter((breach) => !breach.closedAt)
  await until('Harbor is quiet', 60_000, async () => (await open()).length === 0)
  const deadline = performance.now() + ms
  while (performance.now() < deadline) {
    const [breach] = await open()
    if (breach) throw new Error(`a rule fired although nothing it measures was wrong: ${breach.rule} on ${breach.service} in ${breach.region}: ${breach.evidence.sentence}`)
    await new Promise((settle) => setTimeout(settle, 1_000))
  }
}
