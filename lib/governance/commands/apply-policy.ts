import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { projectOf } from '#lib/platform/project.ts'
import { canonicalJson } from '#lib/platform/rules/hash.ts'
import { loadPolicy } from '../load.ts'
import { policySchema } from '../model.ts'
import { asPolicy } from '../rules/migrate-policy.ts'

export const applyPolicy = command({
  name: 'policy.apply',
  summary: 'Make a new revision of who must agree to what. Requests that are pending never become easier by it.',
  permission: 'policy.write',
  stepUp: 'project',
  input: z.strictObject({ document: policySchema, reason: z.string().trim().min(3, 'say why, in a few words').max(500) }),

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    // Revisions count without a gap: one writer at a time.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`policy:${projectId}`}))`
    return { subject: projectId, scope: { projectId } }
  },

  async run({ tx, actor, now, newId }, input, projectId) {
    const document = asPolicy(input.document)
    const before = await loadPolicy(tx, projectId)
    if (before && canonicalJson(before.document) === canonicalJson(document)) return { result: { revision: before.revision }, events: [] }
    refuseUnknownEnvironments(input.document, new Set((await tx.environment.findMany({ where: { projectId }, select: { name: true } })).map((environment) => environment.name)))
    const revision = (before?.revision ?? 0) + 1
    const id = newId()
    await tx.approvalPolicy.create({ data: { id, projectId, revision, document, createdBy: actor.id, createdAt: now } })
    return { result: { revision }, events: [{ name: 'policy.changed', subject: projectId, version: revision, data: { revision } }] }
  },
})

/** A rule for an environment that nobody has declared would match nothing, and a looser one below it would. */
function refuseUnknownEnvironments(document: z.output<typeof policySchema>, known: ReadonlySet<string>): void {
  const lists: [string, readonly { environments: string[] }[]][] = document.v === 1 ? [['rollback', document.rollback], ['standing', document.standing]] : [['rules', document.rules], ['freezes', document.freezes], ['standing', document.standing]]
  const fields = lists.flatMap(([list, rules]) =>
    rules.flatMap((rule, n) =>
      rule.environments.flatMap((name, i) => (name === '*' || known.has(name) ? [] : [{ field: `document.${list}.${n}.environments.${i}`, message: `there is no environment ${name}; use * or one of ${[...known].sort().join(', ') || 'none so far'}` }])),
    ),
  )
  if (fields.length > 0) throw new Fault('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields })
}
