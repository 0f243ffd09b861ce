import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { projectOf } from '#lib/platform/project.ts'
import { playbookName } from '../rules/playbook/document.ts'

export const retirePlaybook = command({
  name: 'playbook.retire',
  summary: 'Take a playbook out of use. Plans that it shaped stay as they are; applying it anew brings it back.',
  permission: 'playbook.write',
  input: z.strictObject({ name: playbookName, reason: z.string().trim().min(3, 'say why, in a few words').max(500) }),

  async load({ tx, actor }, { name }) {
    const projectId = await projectOf(tx, actor)
    const playbook = await tx.playbook.findUnique({ where: { projectId_name: { projectId, name } } })
    if (!playbook) throw new Fault('not_found', `there is no playbook ${name}`)
    return { subject: playbook, scope: { projectId } }
  },

  async run({ tx, now }, _input, { id, name, revision }) {
    const { count } = await tx.playbook.updateMany({ where: { id, revision, retiredAt: null }, data: { retiredAt: now } })
    if (count === 0) throw new Fault('conflict', `${name} is out of use already, or somebody has just changed it; look again`)
    return { result: { playbookId: id, name, revision }, events: [{ name: 'playbook.changed', subject: id, version: revision, data: { name, revision, retired: true } }] }
  },
})
