import { z } from 'zod'
import { personId } from '#lib/platform/actor.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadPolicy } from '../load.ts'
import type { Needs } from '../model.ts'
import { satisfiedApproval } from '../queries/authority.ts'
import { rollbackRule } from '../rules/policy.ts'

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
  }),

  async load({ tx }, { environmentId, serviceIds }) {
    const environment = await tx.environment.findUnique({ where: { id: environmentId } })
    if (!environment) throw new Fault('not_found', 'there is no such environment here')
    return { subject: environment, scope: { projectId: environment.projectId, environmentId, serviceIds } }
  },

  async run({ tx, actor, now, newId }, input, environment) {
    const requestedBy = personId(actor)
    if (!requestedBy) throw new Fault('forbidden', 'a person asks for approval, so that it is known who cannot give it')
    const { planId, planHash, incidentId } = input
    const already = await satisfiedApproval(tx, { planId, planHash }, now)
    if ('requestId' in already) throw new Fault('conflict', 'this plan is approved already', { requestId: already.requestId })
    const policy = await loadPolicy(tx, environment.projectId)
    const rule = rollbackRule(policy?.document ?? null, environment.name)
    const needs: Needs = { approvals: rule.approvals, roles: [...rule.roles] }
    const id = newId()
    const created = await tx.approvalRequest.createManyAndReturn({
      skipDuplicates: true,
      data: [{
        id, projectId: environment.projectId, incidentId, planId, planHash, sentence: input.sentence, kind: input.kind, requestedBy, editors: input.editors, environmentId: environment.id, serviceIds: input.serviceIds,
        policyRevision: policy?.revision ?? 0, needs: { ...needs }, status: 'pending', because: null, expiresAt: new Date(now.getTime() + rule.expiresMinutes * 60_000), createdAt: now,
      }],
    })
    // The database holds that one request a plan is pending.
    if (created.length === 0) throw new Fault('conflict', 'somebody has already asked for approval of this plan')
    return {
      result: { requestId: id },
      events: [{ name: 'approval.requested', subject: id, version: 1, incidentId, data: { planId, status: 'pending' } }],
      record: { subjectKind: 'approval request', subjectId: id, incidentId, payload: { needs, rule: rule.name, policyRevision: policy?.revision ?? 0 } },
    }
  },
})
