import { beforeAll, expect, test } from 'vitest'
import { approveUpdate } from '#lib/communications/commands/approve-update.ts'
import { publishUpdate } from '#lib/communications/commands/publish-update.ts'
import { setComponents } from '#lib/communications/commands/set-components.ts'
import { loadStatus } from '#lib/communications/queries/status.ts'
import { updateList } from '#lib/communications/queries/updates.ts'
import { reactions as communications } from '#lib/communications/reactions.ts'
import { takeSeat } from '#lib/governance/commands/take-seat.ts'
import { voteOnPlan } from '#lib/governance/commands/vote.ts'
import { completeStep } from '#lib/orchestration/commands/complete-step.ts'
import { leaseStep } from '#lib/orchestration/commands/lease-step.ts'
import { startRun } from '#lib/orchestration/commands/start-run.ts'
import { submitPlan } from '#lib/orchestration/commands/submit-plan.ts'
import { system } from '#lib/platform/actor.ts'
import type { Command } from '#lib/platform/command.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { ask } from '#lib/platform/query.ts'
import { advanceValidation } from '#lib/validation/commands/advance-validation.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seedBreach, tell, withConsequences } from '#tests/support/incident.ts'
import { leasable } from '#tests/support/run.ts'
import type { World } from '#tests/support/world.ts'
import { seedRelease, seedWorld, seeRunning } from '#tests/support/world.ts'
import type { z } from 'zod'
import { closeIncident } from './commands/close-incident.ts'
import { resolveIncident } from './commands/resolve-incident.ts'
import { boardView } from './queries/board.ts'
import { incidentView } from './queries/incident.ts'
import { reactions as incidents } from './reactions.ts'
import type { IncidentView } from './view.ts'

let world: World
let good: Awaited<ReturnType<typeof seedRelease>>
let suspect: Awaited<ReturnType<typeof seedRelease>>
const reactions = [...incidents, ...communications]

/** One second of traffic on a target: forty requests, all answered in about 20 ms. */
const second = (at: Date): object => ({ seconds: 1, requests: 40, errors: 0, latency: { bounds: [0.01, 0.025, 0.05, 0.1], counts: [4, 30, 5, 1, 0] }, at })

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
  good = await seedRelease(world, 'checkout', '1.4.2')
  suspect = await seedRelease(world, 'checkout', '1.5.0')
  for (const service of ['payments', 'storefront'] as const) {
    const release = await seedRelease(world, service, '1.0.0')
    for (const region of ['eu', 'us'] as const) await seeRunning(world.targets[`${service}/${region}`], release.digest, '1.0.0')
  }
  const before = Date.now() - 600_000
  for (const region of ['eu', 'us'] as const) {
    const targetId = world.targets[`checkout/${region}`]
    await seeRunning(targetId, suspect.digest, suspect.version)
    await db().target.update({ where: { id: targetId }, data: { lastKnownGoodReleaseId: good.id, desiredReleaseId: suspect.id } })
    const samples = Array.from({ length: 60 }, (_, i) => ({ ...second(new Date(before + i * 1_000)), at: before + i * 1_000 }))
    await db().baseline.create({ data: { id: crypto.randomUUID(), projectId: world.projectId, targetId, fromAt: new Date(before), toAt: new Date(before + 60_000), samples, takenAt: new Date(before + 60_000) } })
  }
  await execute(setComponents, world.people.admin, { components: [{ name: 'Buying', services: ['checkout'] }] })
})

const seen = async (): Promise<IncidentView> => (await ask(incidentView, world.people.viewer, { number: 1 })).data
const wall = async (): Promise<{ stage?: string; regionsRestored?: number; regionsAffected?: number }> => (await ask(boardView, world.people.viewer, {})).data.incidents[0] ?? {}
/** A command and everything that follows from it by itself. */
const act = async <I extends z.ZodType, S, R>(command: Command<I, S, R>, actor: Parameters<typeof execute>[1], input: z.input<I>): Promise<R> => (await withConsequences(reactions, () => execute(command, actor, input))).result

/** An agent's day: take what is ready and do it, until nothing is. */
async function work(): Promise<string[]> {
  const done: string[] = []
  for (;;) {
    let idle = true
    for (const region of ['eu', 'us'] as const) {
      const agent = world.agents[region]
      const candidate = await leasable(agent)
      const lease = candidate ? (await act(leaseStep, agent, { stepId: candidate.id })).lease : null
      if (!lease) continue
      idle = false
      done.push(lease.key)
      const deployed = lease.kind === 'deploy' || lease.kind === 'verify'
      const result = deployed ? { instances: [1, 2].map((n) => ({ id: `i-${n}`, digest: good.digest, version: '1.4.2', state: 'healthy' })) } : lease.kind === 'snapshot' ? { digest: good.digest, content: {} } : {}
      await act(completeStep, agent, { v: 1, stepId: lease.stepId, epoch: lease.epoch, outcome: 'succeeded', because: null, result, want: false })
    }
    if (idle) return done
  }
}

async function tellPublic(phase: string): Promise<void> {
  const draft = (await ask(updateList, world.people.viewer, {})).data.find((one) => one.phase === phase && one.status === 'draft')
  const given = { updateId: draft?.id ?? '', textDigest: draft?.textDigest ?? '' }
  await act(approveUpdate, world.people.spokesperson, given)
  await act(publishUpdate, world.people.spokesperson, given)
}

test('from the breach to the last word, with every decision made by whoever may', async () => {
  const breach = await seedBreach(world, 'checkout/us', { releaseId: suspect.id, severity: 'SEV1' })
  await withConsequences(reactions, () => tell(reactions, breach.event))
  const opened = await seen()
  expect(opened.next.kind).toBe('take-the-seat')
  await tellPublic('investigating')
  expect(await loadStatus()).toMatchObject({ overall: 'outage', incidents: [{ title: 'Problem with Buying', phase: 'investigating' }] })

  await act(takeSeat, world.people.commander, { incidentId: opened.id, term: 0 })
  const plan = { planId: opened.plan?.id ?? '', hash: opened.plan?.hash ?? '' }
  expect((await seen()).next).toMatchObject({ kind: 'submit-plan', planId: plan.planId })
  await act(submitPlan, world.people.responder, plan)

  for (const voter of [world.people.approver, world.secondApprover]) {
    const { next } = await seen()
    if (next.kind !== 'approve') break
    await act(voteOnPlan, voter, { requestId: next.approvalId, vote: 'approve', planHash: plan.hash, reason: '' })
  }
  expect((await seen()).next).toMatchObject({ kind: 'start-run', planId: plan.planId })
  expect((await wall()).stage).toBe('deciding')

  await act(startRun, world.people.commander, plan)
  expect(await seen()).toMatchObject({ status: 'mitigating', run: { status: 'running' }, next: { kind: 'nothing' }, resolvable: { ok: false } })
  expect(await wall()).toMatchObject({ stage: 'rolling back', regionsRestored: 0, regionsAffected: 2 })

  const done = await work()
  expect(done.filter((key) => key.startsWith('deploy:'))).toEqual(['deploy:checkout:us', 'deploy:checkout:eu'])
  const rolledBack = await seen()
  // Rolled back is not recovered.
  expect(rolledBack).toMatchObject({ status: 'mitigating', run: { status: 'succeeded' }, validation: { status: 'measuring', verdict: null }, resolvable: { ok: false }, next: { kind: 'nothing', sentence: expect.stringContaining('Measuring') } })
  expect(await wall()).toMatchObject({ stage: 'checking', regionsRestored: 0 })

  // A minute of good traffic, as if it had been measured since.
  const validation = await db().validation.findFirstOrThrow({ where: { incidentId: opened.id } })
  const since = Date.now() - 60_000
  await db().validation.update({ where: { id: validation.id }, data: { startedAt: new Date(since) } })
  for (const region of ['eu', 'us'] as const) await db().sample.createMany({ data: Array.from({ length: 58 }, (_, i) => ({ targetId: world.targets[`checkout/${region}`], ...second(new Date(since + 1_000 + i * 1_000)) })) as never })
  await act(advanceValidation, system('validation'), { validationId: validation.id })
  expect(await seen()).toMatchObject({ status: 'monitoring', validation: { status: 'done', verdict: 'pass' }, resolvable: { ok: false, because: expect.stringContaining('still in breach') }, next: { kind: 'nothing' } })
  // The rules look for themselves, and a moment later they agree.
  await db().breach.updateMany({ where: { incidentId: opened.id }, data: { closedAt: new Date() } })
  expect(await seen()).toMatchObject({ status: 'monitoring', resolvable: { ok: true }, next: { kind: 'resolve' } })
  expect(await wall()).toMatchObject({ stage: 'watching', regionsRestored: 2, regionsAffected: 2 })

  await act(resolveIncident, world.people.commander, { incidentId: opened.id })
  await tellPublic('resolved')
  expect(await loadStatus()).toMatchObject({ overall: 'operational', incidents: [{ phase: 'resolved' }] })
  await act(closeIncident, world.people.commander, { incidentId: opened.id, reason: 'written down in the retrospective' })

  const closed = await seen()
  expect(closed).toMatchObject({ status: 'closed', next: { kind: 'nothing' } })
  const told = closed.timeline.map((entry) => entry.sentence).reverse()
  const order = ['INC-1 opened as SEV1', 'checkout in us: errors', 'proposed a plan', 'told the public: We are looking', 'took command', 'asked for approval', 'approver approved', 'started the rollback', 'Deploy of checkout in us done', 'Deploy of checkout in eu done', 'Measuring', 'Validation passed', 'Monitoring:', 'resolved it', 'told the public: The problem', 'closed it']
  const found = order.map((words) => told.findIndex((sentence) => sentence.includes(words)))
  expect(found, told.join('\n')).not.toContain(-1)
  expect(found, told.join('\n')).toEqual([...found].sort((a, b) => a - b))
})
