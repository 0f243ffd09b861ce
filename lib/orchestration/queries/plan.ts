import { z } from 'zod'
import { Fault } from '#lib/platform/fault.ts'
import { query } from '#lib/platform/query.ts'
import { presentPlan } from './present-plan.ts'

export const planView = query({
  name: 'plan.view',
  summary: 'One plan: moves, steps, a reason on every edge, what is lost, how long, and whether its proof still holds.',
  permission: 'plan.read',
  input: z.strictObject({ planId: z.uuid() }),
  async load({ db }, { planId }) {
    const plan = await db.plan.findUnique({ where: { id: planId }, select: { projectId: true, environmentId: true } })
    if (!plan) throw new Fault('not_found', 'there is no such plan here')
    return { subject: planId, scope: plan }
  },
  read: ({ db }, { planId }) => presentPlan(db, planId),
  touches: {
    'plan.superseded': (event) => ({ planId: event.subject }),
    'run.started': (event) => ({ planId: String(event.data['planId']) }),
    'approval.requested': (event) => ({ planId: String(event.data['planId']) }),
    'target.observed': () => ({}),
  },
})
