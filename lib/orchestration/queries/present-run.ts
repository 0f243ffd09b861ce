import { now } from '#lib/platform/clock.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { presentValidation } from '#lib/validation/queries/validation.ts'
import type { PlanDocument } from '../model.ts'
import { nameOf } from './name-of.ts'
import { liveForecast } from './live-forecast.ts'
import { groupsOf } from './present-plan.ts'
import { presentSteps } from './present-steps.ts'
import { sentenceOf } from '../rules/sentence.ts'
import type { ForecastView, RunStatus, RunView, StepView } from '../view.ts'

/** A run as screens show it: regions as rows, each step with its state and the end of its log. */
export async function presentRun(tx: Tx, runId: string): Promise<RunView> {
  const run = await tx.run.findUnique({ where: { id: runId }, include: { plan: true } })
  if (!run) throw new Fault('not_found', 'there is no such run here')
  const document = run.plan.document as unknown as PlanDocument
  const state = { status: run.status as RunStatus, purpose: run.plan.purpose as RunView['purpose'] }
  const [environment, incident, seat, names, regions, validation] = await Promise.all([
    tx.environment.findUniqueOrThrow({ where: { id: run.plan.environmentId } }),
    run.incidentId ? tx.incident.findUnique({ where: { id: run.incidentId }, select: { id: true, number: true, title: true } }) : null,
    run.incidentId ? tx.seat.findUnique({ where: { scopeKind_scopeId: { scopeKind: 'incident', scopeId: run.incidentId } } }) : null,
    nameOf(tx, run.startedBy),
    tx.region.findMany({ where: { projectId: run.projectId } }),
    presentValidation(tx, runId),
  ])
  const commander = seat?.holderId ? await tx.person.findUnique({ where: { id: seat.holderId }, select: { id: true, name: true } }) : null
  const { steps, waysOn } = await presentSteps(tx, runId)
  return {
    id: run.id,
    kind: run.kind as RunView['kind'],
    purpose: state.purpose,
    status: state.status,
    because: run.because,
    version: run.version,
    sentence: sentenceOf(document),
    planId: run.planId,
    planHash: run.planHash,
    incident,
    environment: environment.name,
    authority: await authorityOf(tx, run.authority),
    commander,
    startedBy: names,
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    forecast: run.plan.forecast as unknown as ForecastView,
    live: await liveForecast(tx, { ...run, status: state.status, environmentId: run.plan.environmentId, purpose: state.purpose, document, hash: run.planHash }, now()),
    groups: groupsOf(document),
    regions: regionRows(steps, new Map(regions.map((region) => [region.name, region.rtoSeconds])), document),
    reasons: document.edges,
    validation,
    waysOn,
  }
}

async function authorityOf(tx: Tx, raw: unknown): Promise<RunView['authority']> {
  const authority = raw as { kind: 'approval'; requestId: string } | { kind: 'standing'; policyRevision: number; rule: string }
  if (authority.kind === 'standing') return authority
  const votes = await tx.$queryRaw<{ id: string; name: string }[]>`
    select p.id, p.name from approval a join person p on p.id = a.person_id where a.request_id = ${authority.requestId}::uuid and a.vote = 'approve' order by a.at`
  return { ...authority, votes }
}

function regionRows(steps: StepView[], rto: ReadonlyMap<string, number>, document: PlanDocument): RunView['regions'] {
  const names = [...new Set([...document.moves.map((move) => move.region), ...steps.map((step) => step.region)])].filter((name) => name !== '')
  const rows = names.map((name) => ({ name, rtoSeconds: rto.get(name) ?? 0, own: steps.filter((step) => step.region === name) }))
  const central = steps.filter((step) => step.region === '')
  // A barrier alone is nothing to look at; beside other steps of ours it is shown, so that what comes after it can be followed.
  if (central.some((step) => step.stepKind !== 'barrier')) rows.push({ name: 'command center', rtoSeconds: 0, own: central })
  return rows.map(({ name, rtoSeconds, own }) => {
    const stuck = own.find((step) => step.status === 'failed' || step.status === 'indeterminate')
    const atWork = own.find((step) => step.status === 'leased' || (step.region === '' && step.status === 'ready'))
    const over = own.every((step) => step.status === 'succeeded' || step.status === 'skipped')
    const waiting = own.find((step) => step.status === 'ready' || step.status === 'blocked' || step.status === 'cancelled')
    return {
      name,
      rtoSeconds,
      status: stuck ? 'stuck' : over ? 'done' : atWork ? 'working' : 'waiting',
      because: stuck?.because ?? (over ? 'every step is done' : atWork ? (atWork.region === '' ? `${atWork.key}: ${atWork.because ?? ''}` : `${atWork.key} at ${atWork.agent ?? 'an agent'}`) : (waiting?.because ?? '')),
      steps: own,
    }
  })
}
