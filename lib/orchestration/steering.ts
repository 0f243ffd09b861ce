import { seatOf } from '#lib/governance/queries/authority.ts'
import type { Context } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { By } from './rules/run-state.ts'

/** Only whoever holds the seat now steers; the term under which it was done goes into the run. Null where there is no seat. */
export async function commanderTerm({ tx, actor }: Context, incidentId: string | null): Promise<number | null> {
  if (actor.kind === 'system' || !incidentId) return null
  const seat = await seatOf(tx, incidentId)
  if (seat.holderId !== actor.id) throw new Fault('forbidden', seat.holderId ? 'somebody else commands this incident; only the seat may do this' : 'nobody commands this incident; take the seat first')
  return seat.term
}

/** Whoever steers, as the machine knows them. */
export const steering = async (context: Context, run: { incidentId: string | null }): Promise<By> => ({ id: context.actor.id, name: context.actor.name, term: await commanderTerm(context, run.incidentId) })

/** Somebody who acts without the seat: anyone who responds may stop, anyone who may vote may agree. */
export const speaking = ({ actor }: Context): By => ({ id: actor.id, name: actor.name, term: null })
