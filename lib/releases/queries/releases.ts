import { z } from 'zod'
import { query } from '#lib/platform/query.ts'
import type { ReleaseSummary } from '../view.ts'
import { presentReleases } from './present-releases.ts'

const all = () => ({})

export const releaseList = query({
  name: 'release.list',
  summary: 'The newest 100 releases, where each runs and where it is what to return to.',
  permission: 'release.read',
  input: z.strictObject({ service: z.string().min(1).max(60).optional().describe('Only of this service') }),

  async read({ db, scopes }, { service }): Promise<ReleaseSummary[]> {
    const releases = await presentReleases(db, { projectIds: scopes.projects, ...(service ? { service } : {}) })
    return releases.map(({ metadata: _metadata, declares: _declares, ...summary }) => summary)
  },

  touches: { 'release.registered': all, 'target.observed': all, 'target.known-good': all, 'release.quarantined': all, 'release.quarantine-lifted': all },
})
