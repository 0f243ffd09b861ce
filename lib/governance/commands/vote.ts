import { z } from 'zod'
import type { Actor } from '#lib/platform/actor.ts'
import { command } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { RequestRow } from '../load.ts'
import { loadPolicy, loadRequestForUpdate, needsNow, recount, scopeOf } from '../load.ts'
import type { Needs } from '../model.ts'
import { voicesIn } from '../rules/eligible.ts'
import { refusal } from '../rules/moves.ts'
import type { ReadPlan } from '../rules/what-changed.ts'
import { whatChanged } from '../rules/what-changed.ts'
import { settleRequest } from './settle-request.ts'

export const voteOnPlan = command({
  name: 'approval.vote',
  summary: 'Approve or reject exactly the plan that was shown.',
  permission: 'approval.vote',
  stepUp: 'project',
  input: z
    .strictObject({
      requestId: z.uuid(),
      vote: z.enum(['approve', 'reject']),
      planHash: z.string().describe('The hash that was shown: another one is refused'),
      reason: z.string().trim().max(1_000).default(''),
    })
    .refine(({ vote, reason }) => vote === 'approve' || reason.length >= 3, { path: ['reason'], message: 'say why you reject it, in at least 3 characters' }),

  load: ({ tx }, { requestId }) => loadRequestForUpdate(tx, requestId),

  async run(context, { vote, planHash, reason }, request) {
    const { tx, actor, now, newId } = context
    await refuseStale(tx, request, planHash)
    const voter = voterOn(request, needsNow(request, (await loadPolicy(tx, request.projectId))?.document ?? null), actor, now)
    // The constraint holds it too; this is the sentence for it.
    const before = await tx.approval.findUnique({ where: { requestId_personId: { requestId: request.id, personId: voter } } })
    if (before) throw new Fault('conflict', `you have voted already: ${before.vote}`, { vote: before.vote })
    await tx.approval.create({ data: { id: newId(), requestId: request.id, planHash, personId: voter, vote, reason, at: now } })

    const { state, have, need } = await recount(tx, request, now)
    const event = await settleRequest(context, request, state, state === 'rejected' ? `${actor.name} rejected it: ${reason}` : null)
    return { result: { state, have, need }, events: [event], record: { subjectKind: 'approval request', subjectId: request.id, incidentId: request.incidentId, payload: { planId: request.planId, state, have, need } } }
  },
})

/** A vote for a plan whose place another took, or for another hash than the request's, is told what is other now: the phone may have been away for minutes. */
async function refuseStale(tx: Tx, request: RequestRow, planHash: string): Promise<void> {
  const [read, now] = await tx.$queryRaw<{ hash: string; document: ReadPlan }[]>`
    select p.hash, p.document from (
      select hash, document, 1 as part from plan where project_id = ${request.projectId}::uuid and hash = ${planHash} and incident_id is not distinct from ${request.incidentId}::uuid limit 1
    ) p
    union all
    select n.hash, n.document from (
      select hash, document from plan where project_id = ${request.projectId}::uuid and status = 'proposed' and (id = ${request.planId}::uuid or incident_id = ${request.incidentId}::uuid) order by created_at desc limit 1
    ) n`
  const superseded = request.status === 'void' && now !== undefined && now.hash !== planHash
  if (request.planHash === planHash && !superseded) return
  const changes = read && now && read.hash === planHash && now.hash !== planHash ? whatChanged(read.document, now.document) : []
  throw new Fault('plan_changed', `the plan is not the one you were shown${changes.length > 0 ? `: ${changes.join('; ')}` : ''}; look again before you vote`, { hash: now?.hash ?? request.planHash, changes })
}

/** Who votes, or why they may not. */
function voterOn(request: RequestRow, needs: readonly Needs[], actor: Actor, now: Date): string {
  const settled = refusal(request.status, 'vote')
  if (settled) throw new Fault('conflict', settled, { status: request.status })
  if (request.expiresAt <= now) throw new Fault('conflict', 'this request has expired; it must be asked again', { status: 'expired' })
  if (actor.kind !== 'person') throw new Fault('forbidden', 'only people vote')
  if (actor.id === request.requestedBy) throw new Fault('forbidden', 'you asked for it; somebody else decides')
  if (request.editors.includes(actor.id)) throw new Fault('forbidden', 'you changed the plan; somebody else decides')
  const quorums = needs.flatMap((one) => one.quorums)
  if (!quorums.some((quorum) => voicesIn(quorum, actor, scopeOf(request), now).length > 0)) throw new Fault('forbidden', `the policy asks for the vote of ${[...new Set(quorums.map((quorum) => quorum.group))].join(' and ')}, and you are none of these`)
  return actor.id
}
