import type { Tx } from '#lib/platform/db.ts'
import { now } from '#lib/platform/clock.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import { loadRequests, recountAll } from '../load.ts'
import { whoIsMissing } from '../rules/missing.ts'
import type { Needs } from '../model.ts'
import { votingRoles } from '../model.ts'
import type { ApprovalView, PersonRef } from '../view.ts'

/** One request as it is shown: what is asked, who has said what, and who is still missing. */
export async function presentApproval(tx: Tx, requestId: string): Promise<ApprovalView> {
  const [view] = await presentApprovals(tx, [requestId])
  if (!view) throw new Fault('not_found', 'there is no such approval request here')
  return view
}

/** Several, in the given order. Votes are counted as they would be if they were used now. */
export async function presentApprovals(tx: Tx, requestIds: readonly string[]): Promise<ApprovalView[]> {
  const ids = [...requestIds]
  const requests = await tx.approvalRequest.findMany({ where: { id: { in: ids } }, include: { votes: { orderBy: [{ at: 'asc' }, { id: 'asc' }] } } })
  const people = await tx.person.findMany({
    where: { id: { in: requests.flatMap((request) => [request.requestedBy, ...request.editors, ...request.votes.map((vote) => vote.personId)]) } },
    select: { id: true, name: true },
  })
  const services = await tx.service.findMany({ where: { id: { in: requests.flatMap((request) => request.serviceIds) } }, select: { id: true, name: true }, orderBy: { name: 'asc' } })
  const incidents = await tx.$queryRaw<{ id: string; number: number; title: string; severity: string }[]>`
    select id, number, title, severity from incident where id = any(${requests.flatMap((request) => request.incidentId ?? [])}::uuid[])`
  const person = (id: string): PersonRef => people.find((one) => one.id === id) ?? { id, name: 'somebody who is gone' }

  const decided = new Set((await tx.decision.findMany({ where: { id: { in: ids } }, select: { id: true } })).map((one) => one.id))
  const rows = await loadRequests(tx, ids)
  const counts = await recountAll(tx, rows, now())

  const views: ApprovalView[] = []
  for (const id of ids) {
    const request = requests.find((one) => one.id === id)
    const subject = rows.find((one) => one.id === id)
    const count = counts.get(id)
    if (!request || !subject || !count) continue
    const { need, have, counted, quorums, needs } = count
    const { status } = subject
    views.push({
      id,
      incident: incidents.find((incident) => incident.id === request.incidentId) ?? null,
      planId: request.planId,
      planHash: request.planHash,
      sentence: request.sentence,
      environment: subject.environment,
      services: services.filter((service) => request.serviceIds.includes(service.id)).map((service) => service.name),
      kind: request.kind as ApprovalView['kind'],
      requestedBy: person(request.requestedBy),
      editors: request.editors.map(person),
      state: status,
      because: request.because,
      need,
      have,
      missing: whoIsMissing({ status, quorums, hasEditors: request.editors.length > 0 }),
      quorums,
      roles: rolesOf(needs),
      hasDecision: decided.has(id),
      rules: [...new Set(needs.flatMap((one) => one.rules))],
      votes: request.votes.map((vote) => {
        const { counts, because } = must(counted.find((one) => one.personId === vote.personId), 'a vote that was counted')
        return { person: person(vote.personId), vote: vote.vote as 'approve' | 'reject', at: vote.at.toISOString(), reason: vote.reason, counts, because }
      }),
      expiresAt: request.expiresAt.toISOString(),
      createdAt: request.createdAt.toISOString(),
      decidedAt: request.decidedAt?.toISOString() ?? null,
    })
  }
  return views
}

/** The roles that a voter may hold. Named members hold any that votes; who they are the server says when they try. */
const rolesOf = (needs: readonly Needs[]): string[] => votingRoles.filter((role) => needs.some(({ quorums }) => quorums.some(({ voters }) => !('roles' in voters) || voters.roles.includes(role))))
