import { createHash } from 'node:crypto'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Playbook } from './rules/playbook/document.ts'
import { parsePlaybook, problemLine } from './rules/playbook/parse.ts'
import type { PlaybookProblem } from './rules/playbook/read-yaml.ts'

/** A playbook ready to be used. A text that was never kept has revision 0. */
export interface UsablePlaybook {
  playbook: Playbook
  revision: number
  /** `sha256:<hex>` of its text. */
  digest: string
}

export const digestOfText = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

/** Everything that is wrong with a text, as one refusal: in words, by field, and each with its line and column. */
export function refuseText(problems: readonly PlaybookProblem[]): Fault {
  const first = problems[0]
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return new Fault('invalid', `text: ${first ? problemLine('line', first).replace('line:', 'line ') : 'it cannot be read'}${more}`, { fields: problems.map((problem) => ({ field: 'text', message: problemLine('', problem).slice(1) })), problems })
}

/** A text as a playbook, or the refusal that names every fault. */
export function playbookOfText(text: string): UsablePlaybook {
  const parsed = parsePlaybook(text)
  if (!parsed.ok) throw refuseText(parsed.problems)
  return { playbook: parsed.playbook, revision: 0, digest: digestOfText(text) }
}

interface Row {
  name: string
  revision: number
  digest: string
  text: string
}

/** A kept text that the rules of today no longer accept is told so by name: it was good when it was kept. */
function usable({ name, revision, digest, text }: Row): UsablePlaybook {
  const parsed = parsePlaybook(text)
  if (!parsed.ok) throw new Fault('conflict', `the playbook ${name} r${revision} is no longer accepted: ${parsed.problems.map((problem) => problemLine('line', problem)).join('; ')}; apply it anew`)
  return { playbook: parsed.playbook, revision, digest }
}

const rowsOf = (tx: Tx, projectId: string, name: string | null): Promise<Row[]> => tx.$queryRaw<Row[]>`
  select p.name, p.revision, r.digest, r.text from playbook p join playbook_revision r on r.playbook_id = p.id and r.revision = p.revision
  where p.project_id = ${projectId}::uuid and p.retired_at is null and (${name}::text is null or p.name = ${name}) order by p.name`

/** The revision in force of a playbook, or Fault not_found. */
export async function loadPlaybook(tx: Tx, projectId: string, name: string): Promise<UsablePlaybook> {
  const [row] = await rowsOf(tx, projectId, name)
  if (!row) throw new Fault('not_found', `there is no playbook ${name} in force`)
  return usable(row)
}

/** Every playbook in force, by name. One that is no longer accepted is left out, and named. */
export async function loadPlaybooks(tx: Tx, projectId: string): Promise<{ playbooks: UsablePlaybook[]; broken: string[] }> {
  const parsed = (await rowsOf(tx, projectId, null)).map((row) => ({ row, result: parsePlaybook(row.text) }))
  return {
    playbooks: parsed.flatMap(({ row, result }) => (result.ok ? [{ playbook: result.playbook, revision: row.revision, digest: row.digest }] : [])),
    broken: parsed.flatMap(({ row, result }) => (result.ok ? [] : [`${row.name} r${row.revision}`])),
  }
}
