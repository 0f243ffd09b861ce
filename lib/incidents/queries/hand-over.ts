import { z } from 'zod'
import { whoMayVote } from '#lib/governance/queries/who-may-vote.ts'
import { presentApprovals } from '#lib/governance/queries/present-approvals.ts'
import { now } from '#lib/platform/clock.ts'
import type { Tx } from '#lib/platform/db.ts'
import type { DomainEvent } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import { query } from '#lib/platform/query.ts'
import { contentHash } from '#lib/platform/rules/hash.ts'
import { presentBreaches } from '#lib/triggers/queries/breaches.ts'
import type { Packet } from '../rules/hand-over.ts'
import { handOverPacket } from '../rules/hand-over.ts'
import type { HandOverView } from '../view.ts'
import { presentExceptions } from './exceptions.ts'
import { incidentScope } from './scope.ts'

interface Handed {
  id: string
  number: number
  severity: string
  status: string
}

/** What there is to hand over at this moment, and the digest by which whoever accepts says what they read. */
export async function packetOf(tx: Tx, incident: Handed, at: Date): Promise<{ packet: Packet; digest: string }> {
  const [run] = await tx.$queryRaw<{ id: string; status: string; because: string | null }[]>`
    select r.id, r.status, r.because from run r where r.incident_id = ${incident.id}::uuid order by r.started_at desc nulls first limit 1`
  const [plan] = await tx.$queryRaw<{ oneWay: string | null }[]>`
    select case when (document->'reversible'->>'yes')::boolean then null else document->'reversible'->>'because' end as "oneWay" from plan
    where incident_id = ${incident.id}::uuid and status = 'proposed' and purpose = 'rollback' order by created_at desc limit 1`
  const pending = await tx.$queryRaw<{ id: string }[]>`select id from approval_request where incident_id = ${incident.id}::uuid and status = 'pending' order by created_at, id`
  const decisions = await Promise.all((await presentApprovals(tx, pending.map((one) => one.id))).map(async (one) => ({ sentence: one.sentence, have: one.have, need: one.need, missing: one.missing, until: minute(one.expiresAt), mayVote: (await whoMayVote(tx, one.id, at)).length })))
  const exceptions = (await presentExceptions(tx, { incidentId: incident.id })).filter((one) => one.cleared === null).map((one) => ({ what: one.what, owner: one.owner?.name ?? null, until: minute(one.expiresAt) }))
  const locks = run ? await tx.$queryRaw<{ name: string }[]>`select name from lock where owner_kind = 'run' and owner_id = ${run.id} order by name` : []
  const told = await tx.$queryRaw<{ audience: string; at: Date; nextBy: Date | null }[]>`
    select distinct on (audience) audience, published_at as at, next_update_at as "nextBy" from incident_update where incident_id = ${incident.id}::uuid and status = 'published' order by audience, published_at desc`
  const breaches = (await presentBreaches(tx, { incidentId: incident.id })).filter((one) => one.closedAt === null)
  const packet = handOverPacket({
    ...incident,
    run: run ?? null,
    decisions,
    exceptions,
    locks: locks.map((lock) => lock.name),
    told: told.map((one) => ({ audience: one.audience, at: minute(one.at.toISOString()), nextBy: one.nextBy ? minute(one.nextBy.toISOString()) : null })),
    breaches: breaches.map(({ rule, service, region }) => ({ rule, service, region })).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
    oneWay: plan?.oneWay ?? null,
  })
  return { packet, digest: contentHash(packet) }
}

/** `2026-12-01T03:10Z` */
const minute = (iso: string): string => `${iso.slice(0, 16)}Z`

const ofIncident = (event: DomainEvent): object | null => (event.incidentId ? {} : null)

export const handOverView = query({
  name: 'hand-over.view',
  summary: 'What command of an incident hands over at this moment, what still belongs to nobody, the offer that is open, and who could take it.',
  permission: 'incident.read',
  input: z.strictObject({ number: z.coerce.number().int().positive().describe('The 42 of INC-42') }),

  async load({ db, scopes }, { number }) {
    const incident = await db.incident.findFirst({ where: { number, projectId: { in: [...scopes.projects] } } })
    if (!incident) throw new Fault('not_found', `there is no incident INC-${number} here`)
    return { subject: incident, scope: await incidentScope(db, incident) }
  },

  async read({ db }, _input, incident): Promise<HandOverView> {
    const at = now()
    const { packet, digest } = await packetOf(db, incident, at)
    const offer = await db.seatOffer.findFirst({ where: { incidentId: incident.id, status: 'offered', expiresAt: { gt: at } } })
    const seat = await db.seat.findUnique({ where: { scopeKind_scopeId: { scopeKind: 'incident', scopeId: incident.id } } })
    const people = await db.person.findMany({ where: { disabledAt: null, grants: { some: { projectId: incident.projectId, role: 'commander' } } }, select: { id: true, name: true }, orderBy: [{ name: 'asc' }, { id: 'asc' }] })
    const names = await db.person.findMany({ where: { id: { in: [offer?.fromId, offer?.toId, seat?.holderId].filter((one) => one !== null && one !== undefined) } }, select: { id: true, name: true } })
    const person = (id: string): { id: string; name: string } => names.find((one) => one.id === id) ?? { id, name: 'somebody who is gone' }
    return {
      incident: { id: incident.id, number: incident.number, title: incident.title },
      holder: seat?.holderId ? person(seat.holderId) : null,
      term: seat?.term ?? 0,
      ...packet,
      digest,
      // An offer under an older term is over: somebody else has sat down meanwhile.
      offer: offer && offer.term === seat?.term ? { id: offer.id, from: person(offer.fromId), to: person(offer.toId), note: offer.note, offeredAt: offer.offeredAt.toISOString(), expiresAt: offer.expiresAt.toISOString() } : null,
      candidates: people.filter((one) => one.id !== seat?.holderId),
    }
  },

  touches: {
    'seat.offered': ofIncident, 'seat.changed': ofIncident, 'incident.changed': ofIncident, 'approval.requested': ofIncident, 'approval.changed': ofIncident, 'run.started': ofIncident, 'run.advanced': ofIncident,
    'run.finished': ofIncident, 'exception.changed': ofIncident, 'update.changed': ofIncident, 'plan.proposed': ofIncident, 'trigger.fired': () => ({}), 'trigger.cleared': () => ({}),
  },

  staleAt: ({ offer }) => (offer ? new Date(offer.expiresAt) : null),
})
