import { z } from 'zod'
import { Fault } from '#lib/platform/fault.ts'
import { query } from '#lib/platform/query.ts'
import type { TargetChoiceView } from '../view.ts'
import { loadChoices } from './load-choices.ts'

const all = () => ({})

export const targetChoices = query({
  name: 'target.choices',
  summary: 'What each region of a service would go back to, with the reason, and why not to each of its other releases.',
  permission: 'plan.read',
  input: z.strictObject({ service: z.string().min(1).max(60), environment: z.string().min(1).max(60), suspectId: z.uuid().optional().describe('The release under suspicion: nothing goes back to it') }),

  async load({ db, scopes }, { service, environment }) {
    const found = await db.service.findFirst({ where: { name: service, projectId: { in: [...scopes.projects] } } })
    if (!found) throw new Fault('not_found', `there is no service ${service} here`)
    const where = await db.environment.findUnique({ where: { projectId_name: { projectId: found.projectId, name: environment } } })
    if (!where) throw new Fault('not_found', `there is no environment ${environment} here`)
    return { subject: { serviceId: found.id, environmentId: where.id }, scope: { projectId: found.projectId, environmentId: where.id, serviceIds: [found.id], teamIds: [found.teamId] } }
  },

  async read({ db }, { suspectId }, { serviceId, environmentId }): Promise<TargetChoiceView[]> {
    const choices = await loadChoices(db, { environmentId, serviceIds: [serviceId], suspects: suspectId ? [suspectId] : [] })
    return choices.map(({ targetId, region, runs, releaseId, because, releases }) => ({ targetId, region, runs, releaseId, because, releases: releases.map(({ passedOver: _word, wasKnownGood: _good, ...judged }) => judged) }))
  },

  touches: {
    'release.registered': all, 'release.quarantined': all, 'release.quarantine-lifted': all, 'artifact.staged': all,
    'target.known-good': all, 'target.observed': all, 'deployment.finished': all, 'deployment.spoiled': all,
  },
})
