import { checkForm } from './check-form.ts'
import { checkReferences } from './check-references.ts'
import { checkSteps } from './check-steps.ts'
import type { Playbook } from './document.ts'
import type { PlaybookProblem } from './read-yaml.ts'
import { readYaml } from './read-yaml.ts'

export type ParsedPlaybook = { ok: true; playbook: Playbook } | { ok: false; problems: readonly PlaybookProblem[] }

/** A playbook from its text, or everything that is wrong with it at once, in the order of the text. */
export function parsePlaybook(text: string): ParsedPlaybook {
  const yaml = readYaml(text)
  if (yaml.problems.length > 0) return { ok: false, problems: inOrder(yaml.problems) }
  const { playbook, problems } = checkForm(yaml)
  const found = [...problems, ...checkSteps(yaml), ...checkReferences(yaml)]
  return playbook && found.length === 0 ? { ok: true, playbook } : { ok: false, problems: inOrder(found) }
}

const inOrder = (problems: readonly PlaybookProblem[]): PlaybookProblem[] => [...problems].sort((a, b) => a.line - b.line || a.column - b.column)

/** As compilers say it: `playbook.yaml:7:11: there is no kind …`. */
export const problemLine = (file: string, { line, column, field, message }: PlaybookProblem): string => `${file}:${line}:${column}: ${field ? `${field}: ` : ''}${message}`
