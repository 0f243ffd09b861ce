import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import { projectOf } from '#lib/platform/project.ts'
import { canonicalJson } from '#lib/platform/rules/hash.ts'
import { declaresSchema, digestSchema, httpUrlSchema, metadataSchema, versionSchema } from '../model.ts'

export const registerRelease = command({
  name: 'release.register',
  summary: 'Bind a version of a service to its bytes, for ever. Registering the same again changes nothing.',
  permission: 'release.register',
  status: 201,
  input: z.strictObject({
    service: z.string().min(1).max(60),
    version: versionSchema,
    digest: digestSchema,
    url: httpUrlSchema.describe('Where agents fetch the bytes'),
    metadata: metadataSchema.default({}),
    declares: declaresSchema.prefault({}),
  }),

  async load({ tx, actor }, { service }) {
    const projectId = await projectOf(tx, actor)
    const found = await tx.service.findUnique({ where: { projectId_name: { projectId, name: service } } })
    if (!found) throw new Fault('not_found', `there is no service ${service} here; declare it in the catalog first`)
    return { subject: found, scope: { projectId, serviceIds: [found.id] } }
  },

  async run({ tx, actor, now, newId }, { version, digest, url, metadata, declares }, service) {
    const { projectId, id: serviceId } = service
    // The first address of the bytes stays: the digest is what counts.
    await tx.artifact.createMany({ data: [{ projectId, digest, url, createdAt: now }], skipDuplicates: true })
    const id = newId()
    const { count } = await tx.release.createMany({
      data: [{ id, projectId, serviceId, version, digest, metadata: metadata as object, declares: declares as object, registeredBy: actor.id, createdAt: now }],
      skipDuplicates: true,
    })
    if (count === 1) return { result: { releaseId: id }, events: [{ name: 'release.registered', subject: id, version: 1, data: { service: service.name, version, digest } }] }

    const before = must(await tx.release.findUnique({ where: { serviceId_version: { serviceId, version } } }), 'the release that is there already')
    if (before.digest !== digest) throw new Fault('conflict', `${version} is bound for ever to ${before.digest}; give other bytes another version`, { digest: before.digest })
    for (const [field, then, given] of [['declares', declaresSchema.parse(before.declares), declares], ['metadata', before.metadata, metadata]] as const) {
      if (canonicalJson(then) !== canonicalJson(given)) throw new Fault('conflict', `${field}: ${service.name} ${version} was registered with other ${field}, and a release never changes; use another version`, { releaseId: before.id })
    }
    return { result: { releaseId: before.id }, events: [] }
  },
})
