import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { must } from '#lib/platform/must.ts'
import { projectOf } from '#lib/platform/project.ts'
import { playbookOfText } from '../load-playbook.ts'

export const applyPlaybook = command({
  name: 'playbook.apply',
  summary: 'Set what is done around a rollback: the next revision of the playbook that the text names. The same text again changes nothing.',
  permission: 'playbook.write',
  input: z.strictObject({
    text: z.string().min(1, 'the playbook as YAML').max(200_000).describe('The playbook as YAML: GET /api/v1/playbooks/schema'),
    reason: z.string().trim().min(3, 'say why, in a few words').max(500),
  }),

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    return { subject: projectId, scope: { projectId } }
  },

  async run({ tx, actor, now, newId }, { text, reason }, projectId) {
    const { playbook: { name }, digest } = playbookOfText(text)
    await tx.$executeRaw`insert into playbook (id, project_id, name, revision) values (${newId()}::uuid, ${projectId}::uuid, ${name}, 0) on conflict do nothing`
    // Whoever holds the row writes the next revision; a second one waits here and sees it.
    const [row] = await tx.$queryRaw<{ id: string; revision: number; retired: boolean; digest: string | null }[]>`
      select p.id, p.revision, p.retired_at is not null as retired, (select digest from playbook_revision r where r.playbook_id = p.id and r.revision = p.revision) as digest
      from playbook p where p.project_id = ${projectId}::uuid and p.name = ${name} for update of p`
    const { id, revision, retired, digest: before } = must(row, 'a playbook that was just made')
    if (before === digest && !retired) return { result: { playbookId: id, name, revision, changed: false }, events: [] }

    const next = revision + 1
    await tx.playbookRevision.create({ data: { playbookId: id, revision: next, text, digest, author: actor.name, reason, createdAt: now } })
    await tx.playbook.update({ where: { id, revision }, data: { revision: next, retiredAt: null } })
    return { result: { playbookId: id, name, revision: next, changed: true }, events: [{ name: 'playbook.changed', subject: id, version: next, data: { name, revision: next } }] }
  },
})
