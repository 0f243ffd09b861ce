import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadSituation } from '../load-situation.ts'
import type { PlanDocument, Situation } from '../model.ts'
import { sentenceOf } from '../rules/sentence.ts'
import { verifyPlan } from '../rules/verify-plan.ts'
import type { ForecastView, PlanView } from '../view.ts'
import { nameOf } from './name-of.ts'
import { optionsOf } from './options.ts'

/** A plan as screens show it. The proof is asked anew of the fleet as it is, while the plan can still be started. */
export async function presentPlan(tx: Tx, planId: string): Promise<PlanView> {
  const plan = await tx.plan.findUnique({ where: { id: planId }, include: { runs: { orderBy: { startedAt: 'desc' }, take: 1 } } })
  if (!plan) throw new Fault('not_found', 'there is no such plan here')
  const document = plan.document as unknown as PlanDocument
  const run = plan.runs[0]
  const environment = await tx.environment.findUniqueOrThrow({ where: { id: plan.environmentId } })
  const approval = await tx.approvalRequest.findFirst({ where: { planId }, orderBy: { createdAt: 'desc' }, select: { id: true } })
  const incident = plan.incidentId ? await tx.incident.findUnique({ where: { id: plan.incidentId }, select: { id: true, number: true, title: true } }) : null
  const forecast = plan.forecast as unknown as ForecastView
  const situation = !run && plan.status === 'proposed' ? await situationNow(tx, plan, document) : null
  const groupOf = new Map(document.moves.map((move) => [move.target, move.group]))
  return {
    id: plan.id,
    hash: plan.hash,
    purpose: plan.purpose as PlanView['purpose'],
    kind: plan.kind as PlanView['kind'],
    status: plan.status as PlanView['status'],
    incidentId: plan.incidentId,
    incident,
    environment: environment.name,
    sentence: sentenceOf(document),
    moves: document.moves.map((move) => ({ service: move.service, region: move.region, from: move.from.map((one) => one.version ?? one.digest), to: move.to.version, toDigest: move.to.digest, why: move.why, group: move.group })),
    steps: document.steps.map((step) => ({
      key: step.key, role: step.role, stepKind: step.kind, service: step.service ?? '', region: step.region ?? '', after: step.after, repeatable: step.repeatable, timeoutMs: step.timeoutMs,
      params: step.params, retry: step.retry, check: step.check, compensate: step.compensate, group: (step.target && groupOf.get(step.target)) ?? null,
    })),
    groups: groupsOf(document),
    notes: document.notes,
    leaves: document.leaves,
    excused: document.excused,
    playbook: document.playbook && { name: document.playbook.name, revision: document.playbook.revision },
    options: situation ? await optionsOf(tx, { ...plan, document, forecast }, situation) : [],
    reasons: document.edges,
    losses: document.losses,
    reversible: document.reversible,
    proof: run ? { holds: true, because: 'it held when the run was started' } : situation ? verifyPlan(document, situation) : { holds: false, because: 'a newer plan took its place before it was started' },
    forecast,
    createdBy: plan.createdBy,
    author: await nameOf(tx, plan.createdBy),
    createdAt: plan.createdAt.toISOString(),
    ...(await neighboursOf(tx, plan)),
    runId: run?.id ?? null,
    approvalId: approval?.id ?? null,
  }
}

/** The groups that move behind a drain, with their members as `checkout in eu`. */
export const groupsOf = (document: PlanDocument): PlanView['groups'] =>
  document.groups.map(({ key, because }) => ({ key, because, members: document.moves.filter((move) => move.group === key).map((move) => `${move.service} in ${move.region}`) }))

/** The plans of one incident follow each other: the one before this, and the newest where this is no longer it. */
async function neighboursOf(tx: Tx, plan: { id: string; incidentId: string | null; createdAt: Date; status: string }): Promise<Pick<PlanView, 'supersedes' | 'supersededBy'>> {
  if (!plan.incidentId) return { supersedes: null, supersededBy: null }
  const [before] = await tx.$queryRaw<{ id: string }[]>`
    select id from plan where incident_id = ${plan.incidentId}::uuid and id <> ${plan.id}::uuid and created_at <= ${plan.createdAt} order by created_at desc, id desc limit 1`
  const [newest] = plan.status === 'proposed' ? [] : await tx.$queryRaw<{ id: string }[]>`
    select id from plan where incident_id = ${plan.incidentId}::uuid and created_at > ${plan.createdAt} order by created_at desc, id desc limit 1`
  return { supersedes: before?.id ?? null, supersededBy: newest?.id ?? null }
}

/** The world as it is, with what the plan moves going where the plan takes it. */
async function situationNow(tx: Tx, plan: { projectId: string; environmentId: string; createdAt: Date }, document: PlanDocument): Promise<Situation> {
  const goTo = new Map(document.moves.map((move) => [move.target, move.to.releaseId]))
  const [row] = await tx.$queryRaw<{ now: Date }[]>`select now() as now`
  const { situation } = await loadSituation(tx, plan.projectId, plan.environmentId, document.purpose, (target) => goTo.get(target.id), row?.now ?? plan.createdAt)
  return situation
}
