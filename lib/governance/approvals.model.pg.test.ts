import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Actor } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { isFault } from '#lib/platform/fault.ts'
import { newId } from '#lib/platform/id.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seedIncident, seedPerson, seedWorld } from '#tests/support/world.ts'
import { applyPolicy } from './commands/apply-policy.ts'
import { objectToDecision } from './commands/object.ts'
import { requestApproval } from './commands/request-approval.ts'
import { voidApprovals } from './commands/void-approvals.ts'
import { voteOnPlan } from './commands/vote.ts'
import { withdrawApproval } from './commands/withdraw-approval.ts'
import { satisfiedApproval } from './queries/authority.ts'

/* Approve, reject, object, withdraw, revoke, edit the plan, edit the policy and dispatch in any order, beside a reference model that knows no SQL. */

/** What the reference knows: as little as can be, and nothing of how the product does it. */
interface Reference {
  plan: number
  policy: number
  asked: { by: number; plan: number; needed: number; state: 'pending' | 'satisfied' | 'ended'; yes: number[] } | null
  roles: boolean[]
}

interface Real {
  world: World
  people: Extract<Actor, { kind: 'person' }>[]
  incidentId: string
  planIds: string[]
  requestId: string | null
}

type Step =
  | { do: 'ask'; who: number }
  | { do: 'approve' | 'reject' | 'object'; who: number; plan: 'shown' | 'older' }
  | { do: 'withdraw'; who: number }
  | { do: 'revoke' | 'grant'; who: number }
  | { do: 'edit plan' }
  | { do: 'edit policy'; needed: number }
  | { do: 'dispatch' }

const crowd = 4
const hashOf = (plan: number): string => digestOf(`plan ${plan}`)

/** Whether the reference lets it happen, and what is so afterwards. */
function judge(model: Reference, step: Step): boolean {
  const { asked } = model
  const open = asked?.state === 'pending'
  switch (step.do) {
    case 'ask': {
      if (!model.roles[step.who] || open) return false
      if (asked?.state === 'satisfied' && asked.plan === model.plan && mayDispatch(model)) return false
      model.asked = { by: step.who, plan: model.plan, needed: model.policy, state: 'pending', yes: [] }
      return true
    }
    case 'approve':
    case 'reject': {
      if (!asked || !open || step.plan === 'older' || !model.roles[step.who] || asked.by === step.who || asked.yes.includes(step.who)) return false
      if (step.do === 'reject') asked.state = 'ended'
      else {
        asked.yes.push(step.who)
        if (counting(model) >= Math.max(asked.needed, model.policy)) asked.state = 'satisfied'
      }
      return true
    }
    case 'object':
      return open && step.plan === 'shown' && model.roles[step.who] === true
    case 'withdraw': {
      if (!asked || asked.state === 'ended' || asked.by !== step.who || !model.roles[step.who]) return false
      asked.state = 'ended'
      return true
    }
    case 'revoke':
    case 'grant':
      model.roles[step.who] = step.do === 'grant'
      return true
    case 'edit plan':
      model.plan++
      if (asked) asked.state = 'ended'
      return true
    case 'edit policy':
      model.policy = step.needed
      return true
    case 'dispatch':
      return mayDispatch(model)
  }
}

const counting = ({ asked, roles }: Reference): number => (asked?.yes ?? []).filter((who) => roles[who]).length
const mayDispatch = (model: Reference): boolean => model.asked?.state === 'satisfied' && model.asked.plan === model.plan && counting(model) >= Math.max(model.asked.needed, model.policy)

async function act(real: Real, step: Step): Promise<boolean> {
  const { world, people } = real
  const by = 'who' in step ? await asNow(real, step.who) : world.people.admin
  const plan = real.planIds.length - 1
  try {
    switch (step.do) {
      case 'ask':
        real.requestId = (await execute(requestApproval, by, { planId: real.planIds[plan] ?? '', planHash: hashOf(plan), sentence: 'back', incidentId: real.incidentId, environmentId: world.environmentId, serviceIds: [world.services.checkout], kind: 'real', editors: [] })).requestId
        return true
      case 'approve':
      case 'reject':
        if (!real.requestId) return false
        await execute(voteOnPlan, by, { requestId: real.requestId, vote: step.do, planHash: step.plan === 'shown' ? await hashOfRequest(real.requestId) : digestOf('older'), reason: 'because of a test' })
        return true
      case 'object':
        if (!real.requestId) return false
        await execute(objectToDecision, by, { decisionId: real.requestId, planHash: step.plan === 'shown' ? await hashOfRequest(real.requestId) : digestOf('older'), reason: 'because of a test' })
        return true
      case 'withdraw':
        if (!real.requestId) return false
        await execute(withdrawApproval, by, { requestId: real.requestId })
        return true
      case 'revoke':
        await db().grant.deleteMany({ where: { personId: people[step.who]?.id ?? '' } })
        return true
      case 'grant':
        if ((await db().grant.count({ where: { personId: people[step.who]?.id ?? '' } })) === 0) await db().grant.create({ data: { id: newId(), personId: people[step.who]?.id ?? '', projectId: world.projectId, role: 'approver', createdAt: new Date() } })
        return true
      case 'edit plan':
        await db().plan.update({ where: { id: real.planIds[plan] ?? '' }, data: { status: 'superseded' } })
        await execute(voidApprovals, world.people.responder, { planId: real.planIds[plan] ?? '', because: 'edited', superseded: true })
        await seedPlan(real)
        return true
      case 'edit policy':
        await policy(world, step.needed)
        return true
      case 'dispatch':
        return 'requestId' in (await satisfiedApproval(db(), { planId: real.planIds[plan] ?? '', planHash: hashOf(plan) }, new Date()))
    }
  } catch (error) {
    if (!isFault(error) || error.code === 'internal') throw error
    return false
  }
}

/** Somebody with the grants that they hold at this moment, as the session's look-up would give them. */
async function asNow({ people, world }: Real, who: number): Promise<Extract<Actor, { kind: 'person' }>> {
  const person = people[who]
  if (!person) throw new Error(`nobody ${who}`)
  const held = await db().grant.count({ where: { personId: person.id } })
  return { ...person, grants: held > 0 ? [{ role: 'approver', projectId: world.projectId, teamId: null, serviceId: null, environmentId: null }] : [] }
}

const hashOfRequest = async (requestId: string): Promise<string> => (await db().approvalRequest.findUniqueOrThrow({ where: { id: requestId } })).planHash
const policy = (world: World, needed: number) => execute(applyPolicy, world.people.admin, { document: { v: 2, groups: [{ name: 'us', roles: ['approver'] }], rules: [{ name: 'all', environments: ['*'], need: [{ group: 'us', approvals: needed }], expiresMinutes: 60 }] }, reason: 'a test' })

async function seedPlan(real: Real): Promise<void> {
  const id = newId()
  await db().plan.create({ data: { id, projectId: real.world.projectId, incidentId: real.incidentId, environmentId: real.world.environmentId, purpose: 'rollback', kind: 'real', v: 1, document: {}, hash: hashOf(real.planIds.length), forecast: {}, status: 'proposed', createdBy: real.world.people.responder.id, createdAt: new Date(Date.now() + real.planIds.length) } })
  real.planIds.push(id)
}

let world: World
beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

const who = fc.integer({ min: 0, max: crowd - 1 })
const shown = fc.constantFrom<'shown' | 'older'>('shown', 'shown', 'shown', 'older')
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const), who }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('approve' as const), who, plan: shown }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('reject' as const, 'object' as const), who, plan: shown }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('withdraw' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('revoke' as const, 'grant' as const, 'grant' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit plan' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit policy' as const), needed: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('dispatch' as const) }) },
)

test('whatever happens in whichever order, the same is allowed as in the reference, and nothing is dispatched without enough people', async () => {
  const counts: Record<string, number> = {}
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 30, maxLength: 50 }), async (steps) => {
      const people = await Promise.all(Array.from({ length: crowd }, (_, n) => seedPerson(world.projectId, ['approver'], `person ${n}`)))
      const real: Real = { world, people, incidentId: (await seedIncident(world)).id, planIds: [], requestId: null }
      await seedPlan(real)
      await policy(world, 2)
      const model: Reference = { plan: 0, policy: 2, asked: null, roles: Array.from({ length: crowd }, () => true) }
      const story: string[] = []
      for (const step of steps) {
        const expected = judge(model, step)
        const happened = await act(real, step)
        story.push(`${JSON.stringify(step)} → ${happened}`)
        expect(happened, `${story.join('\n')}\nthe reference says ${expected}`).toBe(expected)
        counts[`${step.do} ${happened ? 'done' : 'refused'}`] = (counts[`${step.do} ${happened ? 'done' : 'refused'}`] ?? 0) + 1
      }
    }),
    { numRuns: 60 },
  )
  console.log('approvals beside the reference:', JSON.stringify(counts))
  // Runs that only refuse, or only allow, prove nothing.
  for (const what of ['ask done', 'ask refused', 'approve done', 'approve refused', 'dispatch done', 'dispatch refused', 'edit plan done', 'edit policy done', 'revoke done', 'withdraw done', 'reject done', 'object done']) expect(counts[what] ?? 0, what).toBeGreaterThan(0)
}, 300_000)
