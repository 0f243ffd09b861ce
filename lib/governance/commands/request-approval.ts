import { z } from 'zod'
import { personId } from '#lib/platform/actor.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadPolicy } from '../load.ts'
import { changeKinds, decisionBasisSchema } from '../model.ts'
import { satisfiedApproval } from '../queries/authority.ts'
import { mayVoteOn } from '../queries/who-may-vote.ts'
import { holdsRole } from '../rules/eligible.ts'
import { factsOf } from '../rules/facts-of.ts'
import { frozenBy, needsOf } from '../rules/policy.ts'

export const requestApproval = command({
  name: 'approval.request',
  summary: 'Put exactly this plan to the vote. Whoever asks cannot vote.',
  permission: 'plan.propose',
  status: 201,
  input: z.strictObject({
    planId: z.uuid(),
    planHash: z.string().min(1).max(200),
    sentence: z.string().min(1).max(1_000),
    incidentId: z.uuid().nullable(),
    environmentId: z.uuid(),
    serviceIds: z.array(z.uuid()).max(2_000),
    kind: z.enum(['real', 'drill']),
    editors: z.array(z.uuid()).max(100),
    kinds: z.array(z.enum(changeKinds)).max(10).nullable().default(null).describe('What it does, as the policy tells changes apart; null = not known, so every rule may speak'),
    basis: decisionBasisSchema.prefault({}).describe('What it is decided on'),
  }),

  async load({ tx }, { environmentId, serviceIds }) {
    const environment = await tx.environment.findUnique({ where: { id: environmentId } })
    if (!environment) throw new Fault('not_found', 'there is no such environment here')
    const services = await tx.service.findMany({ where: { id: { in: serviceIds } }, select: { name: true, tier: true, dataClass: true, jurisdictions: true } })
    return { subject: { environment, services }, scope: { projectId: environment.projectId, environmentId, serviceIds } }
  },

  async run({ tx, actor, now, newId }, input, { environment, services }) {
    const requestedBy = personId(actor)
    if (!requestedBy) throw new Fault('forbidden', 'a person asks for approval, so that it is known who cannot give it')
    const { planId, planHash, incidentId } = input
    const already = await satisfiedApproval(tx, { planId, planHash }, now)
    if ('requestId' in already) throw new Fault('conflict', 'this plan is approved already', { requestId: already.requestId })
    const policy = await loadPolicy(tx, environment.projectId)
    const facts = factsOf(environment.name, services, input.kinds)
    const freeze = frozenBy(policy?.document ?? null, facts, now)
    if (freeze) throw new Fault('conflict', `the freeze ${freeze.name} holds until ${freeze.closesAt}; nothing like this is decided in ${environment.name} before`, { freeze: freeze.name, until: freeze.closesAt })
    const needs = needsOf(policy?.document ?? null, facts)
    const scope = { projectId: environment.projectId, environmentId: environment.id, serviceIds: input.serviceIds }
    const mayAsk = needs.askedBy.find((roles) => !(actor.kind === 'person' && holdsRole(actor.grants, roles, 'plan.propose', scope)))
    if (mayAsk) throw new Fault('forbidden', `the policy lets only a ${mayAsk.join(' or ')} ask for this`)
    const id = newId()
    const expiresAt = new Date(now.getTime() + needs.expiresMinutes * 60_000)
    const created = await tx.approvalRequest.createManyAndReturn({
      skipDuplicates: true,
      data: [{
        id, projectId: environment.projectId, incidentId, planId, planHash, sentence: input.sentence, kind: input.kind, requestedBy, editors: input.editors, environmentId: environment.id, serviceIds: input.serviceIds,
        policyRevision: policy?.revision ?? 0, needs: needs as object, facts: facts as object, status: 'pending', because: null, expiresAt, createdAt: now,
      }],
    })
    // The database holds that one request a plan is pending.
    if (created.length === 0) throw new Fault('conflict', 'somebody has already asked for approval of this plan')
    const asked = await mayVoteOn(tx, { projectId: environment.projectId, environmentId: environment.id, serviceIds: input.serviceIds, needs, facts, requestedBy, editors: input.editors }, now)
    const { options, facts: known, criteria, reason } = input.basis
    await tx.decision.create({
      data: { id, projectId: environment.projectId, incidentId, planId, planHash, question: input.sentence, options, facts: known, criteria, policyRevision: policy?.revision ?? 0, asked: asked as object[], reason, openedBy: requestedBy, openedAt: now, deadline: expiresAt },
    })
    return {
      result: { requestId: id },
      events: [{ name: 'approval.requested', subject: id, version: 1, incidentId, data: { planId, status: 'pending' } }],
      record: { subjectKind: 'approval request', subjectId: id, incidentId, payload: { needs: needs.quorums.map(({ group, approvals }) => ({ group, approvals })), rules: needs.rules, facts, policyRevision: policy?.revision ?? 0 } },
    }
  },
})
