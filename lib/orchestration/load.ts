import type { Actor } from '#lib/platform/actor.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Scope } from '#lib/platform/may.ts'
import { must } from '#lib/platform/must.ts'
import { projectOf } from '#lib/platform/project.ts'
import type { PlanDocument } from './model.ts'

export interface Place {
  projectId: string
  environmentId: string
  environment: string
  kind: 'real' | 'drill'
  regionId: string
  region: string
}

/** An environment and a region by name, or Fault not_found that names the missing one. */
export async function loadPlace(tx: Tx, actor: Actor, environment: string, region: string): Promise<Place> {
  const projectId = await projectOf(tx, actor)
  const env = await tx.environment.findUnique({ where: { projectId_name: { projectId, name: environment } } })
  if (!env) throw new Fault('not_found', `there is no environment ${environment}`)
  const place = await tx.region.findUnique({ where: { projectId_name: { projectId, name: region } } })
  if (!place) throw new Fault('not_found', `there is no region ${region}`)
  return { projectId, environmentId: env.id, environment: env.name, kind: env.kind as Place['kind'], regionId: place.id, region: place.name }
}

/** The services that a plan is about: those that move; where nothing moves, those of its incident. A right on one of them is not enough. */
export async function servicesOfPlan(tx: Tx, { projectId, incidentId, document }: { projectId: string; incidentId: string | null; document: Pick<PlanDocument, 'moves'> }): Promise<string[]> {
  if (document.moves.length === 0 && incidentId) return (await tx.incident.findUnique({ where: { id: incidentId }, select: { serviceIds: true } }))?.serviceIds ?? []
  return (await tx.service.findMany({ where: { projectId, name: { in: document.moves.map((move) => move.service) } }, select: { id: true } })).map((service) => service.id)
}

/** A step that an agent may hold, for the asking agent: what lies elsewhere is absent. */
export async function loadAgentStep(tx: Pick<Tx, 'step'>, actor: Actor, stepId: string): Promise<{ subject: { agent: ReturnType<typeof agentOf>; runId: string }; scope: Scope }> {
  const agent = agentOf(actor)
  const step = await tx.step.findUnique({ where: { id: stepId }, select: { projectId: true, environmentId: true, regionId: true, runId: true } })
  if (!step?.regionId) throw new Fault('not_found', 'there is no such step here')
  return { subject: { agent, runId: step.runId }, scope: { projectId: step.projectId, environmentId: step.environmentId, regionId: step.regionId } }
}

/** The agent that asks, as the credential says. */
export const agentOf = (actor: Actor): Extract<Actor, { kind: 'agent' }> => {
  if (actor.kind !== 'agent') throw new Fault(actor.kind === 'anonymous' ? 'unauthenticated' : 'forbidden', 'this address is for agents')
  return must(actor, 'an agent')
}
