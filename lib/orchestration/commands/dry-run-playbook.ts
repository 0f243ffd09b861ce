import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { projectOf } from '#lib/platform/project.ts'
import { loadPlaybook, playbookOfText } from '../load-playbook.ts'
import { loadSituation } from '../load-situation.ts'
import type { PlanResult } from '../model.ts'
import { presentDryRun } from '../queries/dry-run.ts'
import { planMoves } from '../rules/plan-moves.ts'
import { failures } from '../rules/playbook/failure-of.ts'
import { verifyPlan } from '../rules/verify-plan.ts'
import { shapePlan } from '../shape-plan.ts'
import type { DryRunView } from '../view.ts'
import { destinationsOf } from './destinations.ts'
import { inOrder } from './propose-plan.ts'

const name = z.string().min(1).max(60)

/** A command, because a whole text is sent along; it writes nothing. */
export const dryRunPlaybook = command({
  name: 'playbook.dry-run',
  summary: 'Exactly what a playbook would do now, with which parameters, where, and who could do it. Nothing is written and nothing is done.',
  permission: 'plan.read',
  input: z
    .strictObject({
      name: name.optional().describe('A playbook in force'),
      text: z.string().min(1).max(200_000).optional().describe('Or one that is being written, as YAML'),
      params: z.record(z.string(), z.unknown()).default({}),
      incidentId: z.uuid().nullable().default(null).describe('The incident whose signals say what is wrong'),
      environment: name,
      services: z.array(name).min(1).max(100).describe('Services to take back, the one that it is about first'),
      regions: z.array(name).max(60).optional().describe('Only these regions'),
      failure: z.enum(failures).optional().describe('What is wrong; what the signals say when left out'),
    })
    .refine(({ name: named, text }) => (named === undefined) !== (text === undefined), { path: ['name'], message: 'either the name of a playbook or its text' }),

  async load({ tx, actor }, { environment, services, incidentId }) {
    const projectId = await projectOf(tx, actor)
    const found = await tx.environment.findUnique({ where: { projectId_name: { projectId, name: environment } } })
    if (!found) throw new Fault('not_found', `there is no environment ${environment}`)
    const rows = await tx.service.findMany({ where: { projectId, name: { in: services } } })
    const missing = services.filter((one) => !rows.some((row) => row.name === one))
    if (missing.length > 0) throw new Fault('not_found', `there is no service ${missing.join(' or ')}`)
    const incident = incidentId ? await tx.incident.findFirst({ where: { id: incidentId, projectId }, select: { releaseId: true } }) : null
    if (incidentId && !incident) throw new Fault('not_found', 'there is no such incident here')
    return { subject: { projectId, environment: found, rows, incident }, scope: { projectId, environmentId: found.id, serviceIds: rows.map((row) => row.id) } }
  },

  async run(context, { name: named, text, params, incidentId, services, regions, failure }, { projectId, environment, rows, incident }): Promise<{ result: DryRunView; events: [] }> {
    const { tx, now } = context
    const use = named === undefined ? playbookOfText(text ?? '') : await loadPlaybook(tx, projectId, named)
    const { goTo, nowhere } = await destinationsOf(context, { environmentId: environment.id, services: rows, regions, suspectId: incident?.releaseId ?? null, toVersions: {}, reason: undefined })
    const { situation } = await loadSituation(tx, projectId, environment.id, 'rollback', goTo, now)
    const planned: PlanResult = nowhere.length > 0 ? { ok: false, because: `${nowhere.join('; ')}; name a version`, conflict: nowhere, alsoMove: null } : planMoves(situation)
    const shaped = await shapePlan(tx, { projectId, services: inOrder(services, rows), regions, incidentId, failure, asked: { use, params }, situation, planned, now })
    const head = { playbook: { name: use.playbook.name, revision: use.revision, digest: use.digest } }
    if (!shaped.ok) return { result: { ...head, ok: false, because: shaped.because, proof: null, steps: [], leftOut: [], leaves: [], notes: [], locks: [], reversible: null }, events: [] }
    const proof = verifyPlan(shaped.document, shaped.situation)
    return { result: { ...head, ok: true, because: null, proof, ...(await presentDryRun(tx, environment.id, shaped.document, shaped.leftOut)) }, events: [] }
  },
})
