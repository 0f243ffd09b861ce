import { z } from 'zod'
import { command } from '../command.ts'
import { projectOf } from '../project.ts'

export const requireStepUp = command({
  name: 'step-up.require',
  summary: 'Say who must give a second factor before they approve, start a run, publish, or change policy and rights.',
  permission: 'policy.write',
  stepUp: 'project',
  input: z.strictObject({ of: z.enum(['enrolled', 'everyone']).describe('`enrolled`: whoever has one. `everyone`: without one, nobody does these things') }),

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    return { subject: projectId, scope: { projectId } }
  },

  async run({ tx }, { of }, projectId) {
    await tx.project.update({ where: { id: projectId }, data: { stepUp: of } })
    return { result: { of }, events: [{ name: 'step-up.changed', subject: projectId, version: 1 }], record: { subjectKind: 'project', subjectId: projectId } }
  },
})
