import type { Tx } from '#lib/platform/db.ts'
import type { RequestRow } from '../load.ts'
import { loadPolicy, loadRequests, needsNow, scopeOf } from '../load.ts'
import { voicesIn } from '../rules/eligible.ts'
import { grantOf } from '../rules/grant-of.ts'

export interface MayVote {
  id: string
  name: string
  /** The groups for which they may fill a place. */
  groups: string[]
}

/** Whoever may vote on a request as things stand: in a group that it asks, not gone, and neither the requester nor an editor. By name. */
export async function whoMayVote(tx: Tx, requestId: string, now: Date): Promise<MayVote[]> {
  const [request] = await loadRequests(tx, [requestId])
  return request ? mayVoteOn(tx, request, now) : []
}

export async function mayVoteOn(tx: Tx, request: Pick<RequestRow, 'projectId' | 'environmentId' | 'serviceIds' | 'needs' | 'facts' | 'requestedBy' | 'editors'>, now: Date): Promise<MayVote[]> {
  const quorums = needsNow(request, (await loadPolicy(tx, request.projectId))?.document ?? null).flatMap((needs) => needs.quorums)
  const people = await tx.person.findMany({ where: { disabledAt: null, id: { notIn: [request.requestedBy, ...request.editors] }, grants: { some: { projectId: request.projectId } } }, include: { grants: true }, orderBy: [{ name: 'asc' }, { id: 'asc' }] })
  return people.flatMap(({ id, name, email, grants }) => {
    const voter = { email, grants: grants.map(grantOf) }
    const groups = [...new Set(quorums.filter((quorum) => voicesIn(quorum, voter, scopeOf(request), now).length > 0).map((quorum) => quorum.group))]
    return groups.length > 0 ? [{ id, name, groups }] : []
  })
}
