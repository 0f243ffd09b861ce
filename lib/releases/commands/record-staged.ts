import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { digestSchema } from '../model.ts'

export const recordStaged = command({
  name: 'artifact.record-staged',
  summary: 'An agent of a place holds these bytes, and has checked their digest.',
  permission: 'agent.work',
  input: z.strictObject({ digest: digestSchema, projectId: z.uuid(), environmentId: z.uuid(), regionId: z.uuid(), agentId: z.uuid() }),

  async load(_context, { projectId, environmentId, regionId }) {
    return { subject: null, scope: { projectId, environmentId, regionId } }
  },

  async run({ tx, now }, { digest, projectId, environmentId, regionId, agentId }) {
    // Since when they have been there is kept; that they are there still is no news.
    const { count } = await tx.artifactStaged.createMany({ data: [{ projectId, digest, environmentId, regionId, agentId, at: now }], skipDuplicates: true })
    return { result: { first: count === 1 }, events: count === 1 ? [{ name: 'artifact.staged' as const, subject: digest, version: 1, data: { environmentId, regionId } }] : [] }
  },
})
