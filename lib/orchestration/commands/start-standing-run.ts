import { z } from 'zod'
import { holdStanding, mayBeginByItself, seatOf } from '#lib/governance/queries/authority.ts'
import type { Context } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import { Fault, isFault } from '#lib/platform/fault.ts'
import { loadChoices } from '#lib/releases/queries/load-choices.ts'
import { automaticPlan } from '../rules/automatic-plan.ts'
import type { PlanRow } from './start-run.ts'
import { beginRun, loadPlanForUpdate, refuseUnstartable } from './start-run.ts'

/**
 * The only way by which a rollback starts without people: a rule is in breach whose action is `rollback`, and the policy has a standing approval that
 * covers exactly this plan. What was judged is recorded, refusals too. Once somebody commands the incident, they decide.
 */
export const startStandingRun = command({
  name: 'run.start-standing',
  summary: 'Start a proven rollback under a standing approval of the policy, or say why people have to decide.',
  permission: 'run.start',
  input: z.strictObject({ planId: z.uuid() }),
  load: ({ tx }, { planId }) => loadPlanForUpdate(tx, planId),

  async run(context, _input, plan) {
    const { tx, actor, now } = context
    if (actor.kind !== 'system') throw new Fault('forbidden', 'only the rules start a run under a standing approval; ask for an approval instead')
    const { incidentId } = plan
    const nothing = { result: { runId: null as string | null, because: null as string | null }, events: [] }
    if (plan.purpose !== 'rollback' || !incidentId || plan.status !== 'proposed') return nothing
    await holdStanding(tx, plan.projectId)
    if (await tx.run.count({ where: { planId: plan.id } })) return nothing
    const asking = await rulesThatAsk(context, incidentId)
    if (asking.length === 0) return nothing

    const withheld = (because: readonly string[]) => ({
      result: { runId: null as string | null, because: because.join('; ') as string | null },
      events: [{ name: 'run.withheld' as const, subject: plan.id, version: 1, incidentId, data: { planId: plan.id, because: because.join('; ') } }],
      record: { subjectKind: 'plan', subjectId: plan.id, incidentId, payload: { hash: plan.hash, asked: asking, refused: because.join('; ') } },
    })
    const people = await whyPeopleDecide(context, plan, incidentId)
    if (people) return withheld([people])

    const facts = automaticPlan(plan.document, await chosenByPerson(context, plan))
    for (const asked of asking) {
      const answer = await mayBeginByItself(tx, plan.projectId, asked, facts, now)
      if ('because' in answer) {
        if (asked === asking.at(-1)) return withheld(answer.because)
        continue
      }
      const { runId, events } = await beginRun(context, plan, { kind: 'standing', policyRevision: answer.revision, rule: answer.rule, asked }, null)
      return { result: { runId: runId as string | null, because: null as string | null }, events, record: { subjectKind: 'run', subjectId: runId, incidentId, payload: { hash: plan.hash, rule: answer.rule, policyRevision: answer.revision, asked } } }
    }
    return nothing
  },
})

/** Rules whose breach in this incident asks for a rollback and is not over; the first to break comes first. */
async function rulesThatAsk({ tx }: Context, incidentId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ rule: string }[]>`
    select rule from breach where incident_id = ${incidentId}::uuid and action = 'rollback' and closed_at is null group by rule order by min(opened_at), rule`
  return rows.map((row) => row.rule)
}

/** Null where nobody has taken it into their hands yet, and nothing was tried. */
async function whyPeopleDecide(context: Context, plan: PlanRow, incidentId: string): Promise<string | null> {
  const { tx } = context
  const seat = await seatOf(tx, incidentId)
  if (seat.holderId) {
    const holder = await tx.person.findUnique({ where: { id: seat.holderId }, select: { name: true } })
    return `${holder?.name ?? 'somebody'} commands this incident and decides`
  }
  const [tried] = await tx.$queryRaw<{ status: string }[]>`select r.status from run r join plan p on p.id = r.plan_id where r.incident_id = ${incidentId}::uuid and p.purpose = 'rollback' order by r.started_at desc limit 1`
  if (tried) return `a rollback was tried in this incident before (${tried.status}), so people decide`
  try {
    await refuseUnstartable(context, plan)
    return null
  } catch (error) {
    if (isFault(error) && (error.code === 'conflict' || error.code === 'plan_changed')) return error.message
    throw error
  }
}

/** Whether any target goes somewhere else than the rule would send it now. */
async function chosenByPerson({ tx }: Context, { environmentId, incidentId, document, projectId }: PlanRow): Promise<boolean> {
  const services = await tx.service.findMany({ where: { projectId, name: { in: document.moves.map((move) => move.service) } }, select: { id: true } })
  const incident = incidentId ? await tx.incident.findUnique({ where: { id: incidentId }, select: { releaseId: true } }) : null
  const choices = await loadChoices(tx, { environmentId, serviceIds: services.map((service) => service.id), suspects: incident?.releaseId ? [incident.releaseId] : [] })
  return document.moves.some((move) => choices.find((choice) => choice.targetId === move.target)?.releaseId !== move.to.releaseId)
}
