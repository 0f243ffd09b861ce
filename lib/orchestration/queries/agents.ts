import { z } from 'zod'
import { query } from '#lib/platform/query.ts'
import { agentSilentMs } from '../pace.ts'
import type { AgentView } from '../view.ts'

interface AgentRow {
  id: string
  name: string
  environment: string
  region: string
  kind: 'real' | 'drill'
  step_kinds: string[]
  last_seen_at: Date | null
  live: boolean
}

export const agentList = query({
  name: 'agent.list',
  summary: 'Every agent, where it works and when it was last heard of.',
  permission: 'agent.read',
  input: z.strictObject({}),
  async read({ db, scopes }): Promise<AgentView[]> {
    const rows = await db.$queryRaw<AgentRow[]>`
      select a.id, a.name, e.name as environment, r.name as region, a.kind, a.step_kinds, a.last_seen_at,
        coalesce(a.last_seen_at > now() - make_interval(secs => ${agentSilentMs / 1000}), false) as live
      from agent a join environment e on e.id = a.environment_id join region r on r.id = a.region_id
      where a.project_id = any(${[...scopes.projects]}::uuid[]) and a.revoked_at is null order by r.name, a.name`
    return rows.map((row) => ({ id: row.id, name: row.name, environment: row.environment, region: row.region, kind: row.kind, stepKinds: row.step_kinds, lastSeenAt: row.last_seen_at?.toISOString() ?? null, live: row.live }))
  },
  touches: { 'agent.enrolled': () => ({}), 'agent.revoked': () => ({}) },
  staleAt: (agents) => (agents.length > 0 ? new Date(Date.now() + 2_000) : null),
})
