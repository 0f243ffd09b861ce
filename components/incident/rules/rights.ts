import type { Me, Why } from '#components/approval/rules/rights.ts'
import { whyNot } from '#components/approval/rules/rights.ts'
import type { IncidentView } from '#lib/incidents/view.ts'

type Situation = Pick<IncidentView, 'status' | 'seat' | 'plan' | 'resolvable'>

const notInSeat = (me: Me | undefined, { seat }: Pick<IncidentView, 'seat'>): Why | null =>
  !me ? { kind: 'loading' } : seat.holder === null ? { kind: 'seat-empty' } : seat.holder.id === me.id ? null : { kind: 'seat-taken', holder: seat.holder.name }

const unproven = ({ plan }: Pick<IncidentView, 'plan'>): Why | null => (plan && !plan.proof.holds ? { kind: 'no-proof', because: plan.proof.because } : null)

/** Only the seat starts, and only a plan whose proof still holds. */
export const whyNotStart = (me: Me | undefined, incident: Situation): Why | null => whyNot(me, 'run.start') ?? notInSeat(me, incident) ?? unproven(incident)

/** Any responder may ask; asking for a plan that no longer fits would waste the voters' time. */
export const whyNotAsk = (me: Me | undefined, incident: Situation): Why | null => whyNot(me, 'plan.propose') ?? unproven(incident)

/** Without a passed validation the commander has to say that it is over, and why. */
export const needsWord = ({ status }: Pick<IncidentView, 'status'>): boolean => status !== 'monitoring'

/** Resolving follows the server's own rule, and its words. */
export const whyNotResolve = (me: Me | undefined, incident: Situation): Why | null =>
  whyNot(me, 'incident.change') ?? (incident.resolvable.ok ? null : { kind: 'rule', because: incident.resolvable.because }) ?? (needsWord(incident) ? notInSeat(me, incident) : null)

/** Closing follows the server's own rule: what is left abnormal belongs to somebody. */
export const whyNotClose = (me: Me | undefined, { closable }: Pick<IncidentView, 'closable'>): Why | null => whyNot(me, 'incident.change') ?? (closable.ok ? null : { kind: 'rule', because: closable.because })

/** A commander takes an empty seat, or one that somebody else holds, with a reason. */
export const whyNotTake = (me: Me | undefined): Why | null => whyNot(me, 'incident.command')
