import { z } from 'zod'
import { presentApproval } from '#lib/governance/queries/approvals.ts'
import type { PlanDocument } from '#lib/orchestration/model.ts'
import { agentList } from '#lib/orchestration/queries/agents.ts'
import { sentenceOf } from '#lib/orchestration/rules/sentence.ts'
import { presentBreaches } from '#lib/triggers/queries/breaches.ts'
import { system } from '#lib/platform/actor.ts'
import type { Tx } from '#lib/platform/db.ts'
import { query, read } from '#lib/platform/query.ts'
import type { SituationView } from '../view.ts'
import { presentExceptions } from './exceptions.ts'
import { fleetHealth } from './fleet-health.ts'
import { summariesOf } from './summaries.ts'

const any = (): object => ({})

export const situationView = query({
  name: 'situation.view',
  summary: 'Everything that is going on now: live incidents, open breaches, runs, open approvals, newest deployments, fleet and agents.',
  permission: 'incident.read',
  input: z.strictObject({}),

  async read({ db, scopes }): Promise<SituationView> {
    const projects = [...scopes.projects]
    const [incidents, breaches, runs, approvals, deployments, exceptions, fleet, agents] = await Promise.all([
      summariesOf(db, { projects, which: 'open' }),
      presentBreaches(db, { open: true, projectIds: projects }),
      runsOf(db, projects),
      approvalsOf(db, projects),
      deploymentsOf(db, projects),
      presentExceptions(db, { projectIds: projects }),
      fleetHealth(scopes),
      read(agentList, system('situation'), scopes, {}),
    ])
    return { incidents, breaches, runs, approvals, deployments, exceptions, fleet, agents: { live: agents.data.filter((agent) => agent.live).length, total: agents.data.length } }
  },

  touches: Object.fromEntries(
    [
      'incident.opened', 'incident.changed', 'seat.changed', 'trigger.fired', 'trigger.cleared', 'run.started', 'run.advanced', 'run.finished', 'approval.requested', 'approval.changed',
      'deployment.requested', 'deployment.started', 'deployment.finished', 'target.observed', 'target.known-good', 'exception.changed', 'catalog.changed', 'agent.enrolled',
    ].map((name) => [name, any]),
  ),

  // Agents and observations go stale without any news; with a live incident people watch by the second.
  staleAt: ({ incidents, agents, fleet }) => (incidents.length > 0 ? new Date(Date.now() + 2_000) : agents.total + fleet.targets > 0 ? new Date(Date.now() + 5_000) : null),
})

async function runsOf(tx: Tx, projects: readonly string[]): Promise<SituationView['runs']> {
  const rows = await tx.$queryRaw<{ id: string; purpose: 'rollback' | 'deployment'; status: string; moves: PlanDocument['moves']; started_at: Date | null; number: number | null }[]>`
    select r.id, p.purpose, r.status, p.document->'moves' as moves, r.started_at, i.number
    from run r join plan p on p.id = r.plan_id left join incident i on i.id = r.incident_id
    where r.project_id = any(${[...projects]}::uuid[]) and r.status in ('pending', 'running', 'paused') order by r.started_at desc nulls first, r.id limit 50`
  return rows.map((row) => ({ id: row.id, purpose: row.purpose, status: row.status, sentence: sentenceOf({ moves: row.moves }), startedAt: row.started_at?.toISOString() ?? null, incidentNumber: row.number }))
}

async function approvalsOf(tx: Tx, projects: readonly string[]): Promise<SituationView['approvals']> {
  const pending = await tx.approvalRequest.findMany({ where: { projectId: { in: [...projects] }, status: 'pending' }, orderBy: { createdAt: 'asc' }, take: 50, select: { id: true } })
  const views = await Promise.all(pending.map((request) => presentApproval(tx, request.id)))
  return views
    .filter((view) => view.state === 'pending')
    .map((view) => ({ id: view.id, sentence: view.sentence, incidentNumber: view.incident?.number ?? null, have: view.have, need: view.need, expiresAt: view.expiresAt }))
}

async function deploymentsOf(tx: Tx, projects: readonly string[]): Promise<SituationView['deployments']> {
  const rows = await tx.$queryRaw<{ id: string; service: string; version: string; environment: string; status: string; created_at: Date }[]>`
    select d.id, s.name as service, r.version, e.name as environment, d.status, d.created_at
    from deployment d join service s on s.id = d.service_id join release r on r.id = d.release_id join environment e on e.id = d.environment_id
    where d.project_id = any(${[...projects]}::uuid[]) order by d.created_at desc, d.id limit 10`
  return rows.map((row) => ({ id: row.id, service: row.service, version: row.version, environment: row.environment, status: row.status, createdAt: row.created_at.toISOString() }))
}
