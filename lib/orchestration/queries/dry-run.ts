import type { Tx } from '#lib/platform/db.ts'
import type { PlanDocument } from '../model.ts'
import { agentSilentMs } from '../pace.ts'
import type { LeftOut } from '../rules/playbook/expand.ts'
import type { DryRunView } from '../view.ts'

/** What would be executed, step by step, with the live agents that could take each. */
export async function presentDryRun(tx: Tx, environmentId: string, document: PlanDocument, leftOut: readonly LeftOut[]): Promise<Pick<DryRunView, 'steps' | 'leftOut' | 'leaves' | 'notes' | 'locks' | 'reversible'>> {
  const agents = await tx.$queryRaw<{ name: string; region: string; step_kinds: string[] }[]>`
    select a.name, r.name as region, a.step_kinds from agent a join region r on r.id = a.region_id
    where a.environment_id = ${environmentId}::uuid and a.kind = ${document.agentKind} and a.revoked_at is null
      and a.last_seen_at > now() - make_interval(secs => ${agentSilentMs / 1000}) order by a.name`
  return {
    steps: document.steps.map((step) => ({
      key: step.key,
      stepKind: step.kind,
      service: step.service ?? '',
      region: step.region ?? '',
      by: step.region === null ? null : agents.filter((agent) => agent.region === step.region && agent.step_kinds.includes(step.kind)).map((agent) => agent.name),
      params: step.params,
      after: step.after.map((from) => ({ from, because: document.edges.find((edge) => edge.from === from && edge.to === step.key)?.because ?? '' })),
      timeoutMs: step.timeoutMs,
      repeatable: step.repeatable,
      retry: step.retry,
      check: step.check,
      compensate: step.compensate,
    })),
    leftOut: leftOut.map(({ step, region, because }) => ({ step, region: region ?? '', because })),
    leaves: document.leaves,
    notes: document.notes,
    locks: document.locks.exclusive,
    reversible: document.reversible,
  }
}
