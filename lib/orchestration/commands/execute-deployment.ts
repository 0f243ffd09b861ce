import { z } from 'zod'
import { standingDeployment } from '#lib/governance/queries/authority.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { finishDeployment } from '#lib/releases/commands/finish-deployment.ts'
import { refusedByQuarantine } from '#lib/releases/queries/quarantined.ts'
import { startDeployment } from '#lib/releases/commands/start-deployment.ts'
import { takeBaseline } from '#lib/validation/commands/take-baseline.ts'
import { loadSituation } from '../load-situation.ts'
import { planMoves } from '../rules/plan-moves.ts'
import { verifyPlan } from '../rules/verify-plan.ts'
import { storePlan } from './propose-plan.ts'
import type { PlanRow } from './start-run.ts'
import { beginRun } from './start-run.ts'

/**
 * Carries out a requested deployment: baseline now, then a plan whose first steps are snapshots. It goes through the
 * same plan, proof, locks and leases as a rollback; its authority is a standing approval of the policy.
 */
export const executeDeployment = command({
  name: 'deployment.execute',
  summary: 'Plan and start a requested deployment under a standing approval.',
  permission: 'deployment.request',
  input: z.strictObject({ deploymentId: z.uuid() }),

  async load({ tx }, { deploymentId }) {
    const deployment = await tx.deployment.findUnique({ where: { id: deploymentId }, include: { targets: true } })
    if (!deployment) throw new Fault('not_found', 'there is no such deployment')
    return { subject: deployment, scope: { projectId: deployment.projectId, environmentId: deployment.environmentId, serviceIds: [deployment.serviceId] } }
  },

  async run(context, { deploymentId }, deployment) {
    const { tx, now } = context
    const nothing = { result: { runId: null as string | null }, events: [] }
    if (deployment.status !== 'requested') return nothing
    const refuse = async (because: string) => {
      await context.call(finishDeployment, { deploymentId, status: 'refused', because })
      return nothing
    }
    const quarantined = await refusedByQuarantine(tx, [deployment.releaseId])
    if (quarantined) return refuse(quarantined)
    const standing = await standingDeployment(tx, deployment.projectId, deployment.environmentId)
    if (!standing) return refuse('no standing approval covers deployments to this environment')

    const moving = new Set(deployment.targets.map((target) => target.targetId))
    const { situation } = await loadSituation(tx, deployment.projectId, deployment.environmentId, 'deployment', (target) => (moving.has(target.id) ? deployment.releaseId : undefined), now)
    const planned = planMoves(situation)
    if (!planned.ok) return refuse(planned.because)
    const proof = verifyPlan(planned.document, situation)
    if (!proof.holds) return refuse(proof.because)

    await context.call(takeBaseline, { deploymentId, targetIds: [...moving] })
    const stored = await storePlan(context, { projectId: deployment.projectId, environmentId: deployment.environmentId, incidentId: null, deploymentId, document: planned.document, situation })
    const plan: PlanRow = {
      id: stored.plan.id, projectId: deployment.projectId, incidentId: null, deploymentId, environmentId: deployment.environmentId, purpose: 'deployment',
      kind: deployment.kind as 'real' | 'drill', document: planned.document, hash: stored.plan.hash, status: 'proposed',
    }
    const { runId, events } = await beginRun(context, plan, { kind: 'standing', policyRevision: standing.revision, rule: standing.rule, asked: null }, null)
    await context.call(startDeployment, { deploymentId, runId })
    return { result: { runId: runId as string | null }, events: [...stored.events, ...events], record: { subjectKind: 'deployment', subjectId: deploymentId, payload: { runId, hash: stored.plan.hash } } }
  },
})
