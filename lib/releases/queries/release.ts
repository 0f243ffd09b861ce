import { z } from 'zod'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import { query } from '#lib/platform/query.ts'
import type { ReleaseView } from '../view.ts'
import { presentDeployments } from './present-deployments.ts'
import { presentReleases } from './present-releases.ts'

const all = () => ({})

export const releaseView = query({
  name: 'release.view',
  summary: 'One release: its bytes, what it says of itself, and its deployments.',
  permission: 'release.read',
  input: z.strictObject({ releaseId: z.uuid() }),

  async load({ db }, { releaseId }) {
    const release = await db.release.findUnique({ where: { id: releaseId } })
    if (!release) throw new Fault('not_found', 'there is no such release here')
    return { subject: release, scope: { projectId: release.projectId, serviceIds: [release.serviceId] } }
  },

  async read({ db }, { releaseId }): Promise<ReleaseView> {
    const release = must((await presentReleases(db, { projectIds: null, releaseId }))[0], 'the release that was just loaded')
    return { ...release, deployments: await presentDeployments(db, { releaseId }) }
  },

  touches: {
    'release.registered': (event) => ({ releaseId: event.subject }), 'release.quarantined': (event) => ({ releaseId: event.subject }), 'release.quarantine-lifted': (event) => ({ releaseId: event.subject }), 'target.observed': all, 'target.known-good': all, 'snapshot.taken': all, 'baseline.taken': all,
    'deployment.requested': all, 'deployment.started': all, 'deployment.finished': all, 'deployment.spoiled': all,
  },
})
