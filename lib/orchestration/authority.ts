import { satisfiedApproval, standingDeployment, whyNotOnByItself } from '#lib/governance/queries/authority.ts'
import type { Context } from '#lib/platform/command.ts'
import { quarantinedAmong } from '#lib/releases/queries/quarantined.ts'
import type { LoadedRun } from './load-run.ts'
import { automaticPlan } from './rules/automatic-plan.ts'
import { locksOf } from './rules/locks-of.ts'
import type { RunEvent, RunState } from './rules/run-state.ts'
import { isDone } from './rules/run-state.ts'
import { whyNotAnyMore } from './rules/why-not-any-more.ts'
import { worldNow } from './world.ts'

/**
 * Asked before every lease, not only at the start: the plan is still the one that was approved, nothing of it has turned out bad, who or what
 * let it start still does, and nothing that has changed since speaks against the step that is next. Null = go on; else the run waits for a person.
 * Only a deployment of a bad release gives up, so that it stands in no rollback's way. `state`: the run as it is about to be.
 */
export async function whyNotNow(context: Context, run: LoadedRun, state: RunState, next: string): Promise<RunEvent | null> {
  if (run.documentHash !== run.planHash) return halt('the plan is not the one that was approved')
  const [bad] = await quarantinedAmong(context.tx, run.document.moves.map((move) => move.to.releaseId))
  if (bad) return run.purpose === 'rollback' ? halt(bad.sentence) : { type: 'call-off', because: `called off: ${bad.sentence}` }
  const { exclusive, shared } = locksOf(run.document)
  if (run.locks < exclusive.length + shared.length) return halt('a lock that this run needs was taken away from it; resuming takes it again, if nobody else has it')
  const because = (await whyUnauthorised(context, run)) ?? (await whyUnproven(context, run, state, next))
  return because ? halt(because) : null
}

const halt = (because: string): RunEvent => ({ type: 'halt', because })

async function whyUnauthorised({ tx, now }: Context, run: LoadedRun): Promise<string | null> {
  const { authority } = run
  if (authority.kind === 'approval') {
    const approval = await satisfiedApproval(tx, { planId: run.planId, planHash: run.planHash }, now)
    return 'because' in approval ? `the approval no longer holds: ${approval.because}` : null
  }
  if (run.purpose === 'deployment') return (await standingDeployment(tx, run.projectId, run.environmentId)) ? null : 'the policy has no standing approval for this any more'
  // That no person had chosen a version was judged at the start; the plan has not changed since.
  return whyNotOnByItself(tx, run.projectId, { rule: authority.rule, asked: authority.asked ?? '' }, automaticPlan(run.document, false), now)
}

async function whyUnproven({ tx, now }: Context, run: LoadedRun, state: RunState, next: string): Promise<string | null> {
  // What is taken back leaves the states that were proven, by a person's word.
  if (state.compensating || run.document.moves.length === 0) return null
  const world = await worldNow(tx, run, run.world, now)
  const because = whyNotAnyMore(run.document, world, new Set(state.steps.filter((step) => isDone(step.status)).map((step) => step.key)), next)
  return because ? `the fleet has changed since this was proven: ${because}` : null
}
