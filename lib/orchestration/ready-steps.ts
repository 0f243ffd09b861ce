import { bell } from '#lib/platform/bell.ts'
import type { Tx } from '#lib/platform/db.ts'
import { shared } from '#lib/platform/runtime.ts'
import type { agentOf } from './load.ts'
import { agentSilentMs } from './pace.ts'

type Agent = ReturnType<typeof agentOf>
type Reads = Pick<Tx, '$queryRaw'>

/** A bell from another process may be lost; then this is how late a step is handed over, in milliseconds. */
export const lookAgainMs = 400

/** How many ready steps are looked up at once: as many agents may wait in one place. */
const most = 64

/** A step that is ready, and who could take it now. Only a hint: the lease itself is decided under the run's lock. */
export interface ReadyStep {
  id: string
  runId: string
  agents: string[]
}

/**
 * What is ready where this agent stands, the oldest first. Who has not been heard of takes nothing: the request that an agent left open may
 * outlive it, or lie frozen with it.
 */
export const readyWhere = (tx: Reads, { environmentId, regionId, agentKind }: Pick<Agent, 'environmentId' | 'regionId' | 'agentKind'>): Promise<ReadyStep[]> => tx.$queryRaw<ReadyStep[]>`
  with hands as (
    select a.id, a.step_kinds from agent a
    where a.environment_id = ${environmentId}::uuid and a.region_id = ${regionId}::uuid and a.kind = ${agentKind} and a.revoked_at is null
      and a.last_seen_at > now() - make_interval(secs => ${agentSilentMs / 1000})
      and (select count(*) from step h where h.status = 'leased' and h.agent_id = a.id and h.lease_expires_at > now()) < a.parallel
  )
  select s.id, s.run_id as "runId", array(select h.id from hands h where s.step_kind = any(h.step_kinds)) as agents
  from step s join run r on r.id = s.run_id
  where s.status = 'ready' and r.status = 'running' and s.environment_id = ${environmentId}::uuid and s.region_id = ${regionId}::uuid and s.kind = ${agentKind}
    and (s.not_before is null or s.not_before <= now())
    and (select count(*) from step w where w.status = 'leased' and w.region_id = s.region_id and w.environment_id = s.environment_id) < (select max_parallel from region where id = s.region_id)
  order by s.ready_at, s.position limit ${most}`

/** The step that an agent was given under this very request, where it never heard of it. */
export async function givenUnder(tx: Reads, agent: Agent, ask: string): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    select s.id from attempt g join step s on s.id = g.step_id and s.epoch = g.epoch
    where g.agent_id = ${agent.id}::uuid and g.ask = ${ask}::uuid and g.outcome is null and s.status = 'leased' and s.lease_expires_at > now()`
  return row?.id ?? null
}

interface Place {
  ready: ReadyStep[]
  /** Steps that somebody is just being given. */
  going: Set<string>
  /** The ring after which it was looked up, and until when that counts. */
  ring: number
  until: number
  looking: Promise<void> | null
}

const places = (): Map<string, Place> => shared('places of agents', () => new Map())

/** How often the bell has rung in this process. */
const rings = (): { count: number } =>
  shared('rings', () => {
    const heard = { count: 0 }
    bell().onRing(() => void heard.count++)
    return heard
  })

/**
 * A step for an agent that waits: looked up once a ring for all that wait in one place, and each of them is shown another one. Fifty agents
 * that all ran for the same step would keep each other waiting for its run. Call `done` when it was given, or was not.
 */
export async function candidateFor(tx: Reads, agent: Agent): Promise<{ id: string; done(): void } | null> {
  const key = `${agent.environmentId} ${agent.regionId} ${agent.agentKind}`
  const place = places().get(key) ?? { ready: [], going: new Set<string>(), ring: -1, until: 0, looking: null }
  places().set(key, place)
  if (place.ring !== rings().count || performance.now() > place.until) place.looking ??= lookInto(place, tx, agent)
  await place.looking
  const index = place.ready.findIndex(({ id, agents }) => agents.includes(agent.id) && !place.going.has(id))
  const [step] = index < 0 ? [] : place.ready.splice(index, 1)
  if (!step) return null
  place.going.add(step.id)
  return { id: step.id, done: () => void place.going.delete(step.id) }
}

async function lookInto(place: Place, tx: Reads, agent: Agent): Promise<void> {
  const ring = rings().count
  try {
    place.ready = await readyWhere(tx, agent)
    place.ring = ring
    place.until = performance.now() + lookAgainMs
  } finally {
    place.looking = null
  }
}
