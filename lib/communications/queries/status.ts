import { z } from 'zod'
import { publicPool } from '#lib/platform/db.ts'
import { query } from '#lib/platform/query.ts'
import type { ComponentState } from '../model.ts'
import { worstOf } from '../rules/public-words.ts'
import type { Phase, StatusView } from '../view.ts'

interface UpdateRow {
  incident_id: string
  title: string
  impact: string
  phase: Phase
  text: string
  components: string[]
  published_at: Date
  next_update_at: Date | null
}

/** What the public was told, read as the public role: it could not show a draft if it tried. */
export async function loadStatus(): Promise<StatusView> {
  const [components, updates] = await Promise.all([
    publicPool().query<{ name: string; state: ComponentState; state_since: Date }>(`select name, state, state_since from public_component order by project_id, position, name`),
    // The last twenty stories, and every story that is not over, however old.
    publicPool().query<UpdateRow>(`
      with stories as (
        select incident_id, max(published_at) as last, (array_agg(phase order by published_at desc))[1] as phase from public_update group by incident_id
      ), shown as (
        (select incident_id from stories order by last desc limit 20) union select incident_id from stories where phase <> 'resolved'
      )
      select incident_id, title, impact, phase, text, components, published_at, next_update_at from public_update where incident_id in (select incident_id from shown) order by published_at desc, id desc`),
  ])
  const stories = new Map<string, UpdateRow[]>()
  for (const row of updates.rows) stories.set(row.incident_id, [...(stories.get(row.incident_id) ?? []), row])
  return {
    name: 'Status',
    overall: worstOf(components.rows.map((component) => component.state)),
    components: components.rows.map((component) => ({ name: component.name, state: component.state, since: component.state_since.toISOString() })),
    incidents: [...stories].map(([id, rows]) => ({
      id,
      title: rows[0]?.title ?? '',
      impact: rows[0]?.impact ?? '',
      phase: rows[0]?.phase ?? 'investigating',
      components: [...new Set(rows.flatMap((row) => row.components))],
      updates: rows.map((row) => ({ phase: row.phase, text: row.text, at: row.published_at.toISOString(), nextUpdateAt: row.next_update_at?.toISOString() ?? null })),
    })),
  }
}

export const statusView = query({
  name: 'status.view',
  summary: 'The status page: the parts and what was told of them. Open to everyone.',
  permission: 'public',
  input: z.strictObject({}),
  read: () => loadStatus(),
  touches: { 'update.changed': (event) => (event.data['audience'] === 'public' && event.data['status'] === 'published' ? {} : null), 'status.changed': () => ({}) },
})
