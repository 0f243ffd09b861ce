import { z } from 'zod'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import { query } from '#lib/platform/query.ts'
import { diffLines } from '../rules/playbook/diff-lines.ts'
import { playbookName } from '../rules/playbook/document.ts'
import { playbookJsonSchema } from '../rules/playbook/json-schema.ts'
import { parsePlaybook } from '../rules/playbook/parse.ts'
import type { PlaybookSummary, PlaybookView } from '../view.ts'

interface Row {
  name: string
  revision: number
  text: string
  author: string
  reason: string
  created_at: Date
  retired_at: Date | null
}

/** A text that the rules of today no longer accept is shown all the same, with what can be read of it. */
function summaryOf({ name, revision, text, author, reason, created_at, retired_at }: Row): PlaybookSummary {
  const parsed = parsePlaybook(text)
  const { description = '', when = '', steps = [] } = parsed.ok ? parsed.playbook : { description: 'No longer accepted: apply it anew' }
  return { name, revision, description, when, kinds: [...new Set(steps.map((step) => step.kind))], author, reason, createdAt: created_at.toISOString(), retiredAt: retired_at?.toISOString() ?? null }
}

export const playbookList = query({
  name: 'playbook.list',
  summary: 'The playbooks, with the revision in force; those out of use last.',
  permission: 'plan.read',
  input: z.strictObject({}),
  async read({ db, scopes }): Promise<PlaybookSummary[]> {
    const rows = await db.$queryRaw<Row[]>`
      select p.name, p.revision, r.text, r.author, r.reason, r.created_at, p.retired_at from playbook p join playbook_revision r on r.playbook_id = p.id and r.revision = p.revision
      where p.project_id = any(${[...scopes.projects]}::uuid[]) order by p.retired_at is not null, p.name, p.id`
    return rows.map(summaryOf)
  },
  touches: { 'playbook.changed': () => ({}) },
})

/** Revisions that are shown with what they changed. */
const shown = 30

export const playbookView = query({
  name: 'playbook.view',
  summary: 'One playbook: its text, what it asks for, and what each revision changed, by whom and why.',
  permission: 'plan.read',
  input: z.strictObject({ name: playbookName }),
  async load({ db, scopes }, { name }) {
    const playbook = await db.playbook.findFirst({ where: { name, revision: { gt: 0 }, projectId: { in: [...scopes.projects] } }, orderBy: { id: 'asc' } })
    if (!playbook) throw new Fault('not_found', `there is no playbook ${name} here`)
    return { subject: playbook, scope: { projectId: playbook.projectId } }
  },
  async read({ db }, _input, playbook): Promise<PlaybookView> {
    const revisions = await db.playbookRevision.findMany({ where: { playbookId: playbook.id }, orderBy: { revision: 'desc' }, take: shown + 1 })
    const { text, author, reason, createdAt } = must(revisions[0], 'the revision in force')
    const parsed = parsePlaybook(text)
    return {
      ...summaryOf({ name: playbook.name, revision: playbook.revision, text, author, reason, created_at: createdAt, retired_at: playbook.retiredAt }),
      text,
      params: Object.entries(parsed.ok ? parsed.playbook.params : {}).map(([name, param]) => ({ name, type: param.type, describe: param.describe ?? '', required: param.required, of: param.type === 'choice' ? param.of : [], default: param.default ?? null })),
      revisions: revisions.slice(0, shown).map((one, at) => {
        const before = revisions[at + 1]
        return { revision: one.revision, author: one.author, reason: one.reason, createdAt: one.createdAt.toISOString(), digest: one.digest, diff: before ? diffLines(before.text, one.text) : null }
      }),
    }
  },
  touches: { 'playbook.changed': (event) => ({ name: String(event.data['name']) }) },
})

export const playbookSchemaQuery = query({
  name: 'playbook.schema',
  summary: 'The form of a playbook as JSON Schema 2020-12, for editors: `# yaml-language-server: $schema=<this address>`.',
  permission: 'public',
  input: z.strictObject({}),
  read: async () => playbookJsonSchema(),
  touches: {},
})
