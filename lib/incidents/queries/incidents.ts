import { z } from 'zod'
import { query } from '#lib/platform/query.ts'
import { summariesOf } from './summaries.ts'

const all = (): object => ({})

export const incidentList = query({
  name: 'incident.list',
  summary: 'Incidents: live ones first, then the newest 100.',
  permission: 'incident.read',
  input: z.strictObject({ status: z.enum(['open', 'all']).default('all').describe('`open` leaves out resolved and closed ones') }),
  read: ({ db, scopes }, { status }) => summariesOf(db, { projects: scopes.projects, which: status }),
  touches: { 'incident.opened': all, 'incident.changed': all, 'seat.changed': all, 'catalog.changed': all },
})
