import { paramsOf, takesReferences } from './check-form.ts'
import { looseSteps } from './check-steps.ts'
import type { LooseStep } from './check-steps.ts'
import { kinds } from './kinds.ts'
import { instead } from './nearest.ts'
import type { Path, PlaybookProblem, Yaml } from './read-yaml.ts'
import type { Reference, ReferenceType } from './references.ts'
import { referable, referencesIn, textsIn, wholeReference } from './references.ts'
import { inSingleQuotes } from './shell-text.ts'

/** References that name nothing, or stand where their value could be read as something else than a value. */
export function checkReferences(yaml: Yaml): PlaybookProblem[] {
  return looseSteps(yaml.value).flatMap((step) => {
    const types = referable(paramsOf(yaml.value), placed(step))
    if (step.each !== 'target') types.delete('step.service')
    return textsIn(step.fields, ['steps', step.at])
      .filter(({ path }) => takesReferences(path))
      .flatMap(({ path, text }) => referencesIn(text).flatMap((reference) => {
        const message = wrongWith(reference, text, kindAt(step, path), path, types)
        return message === null ? [] : [yaml.problem(path, message, { offset: reference.at })]
      }))
  })
}

/** Whether a step is somewhere: what the command center does once is nowhere. */
const placed = ({ kind, each }: LooseStep): boolean => each !== 'once' || (kind !== null && kinds[kind].by === 'agent')

/** The kind of the action that a path leads into. */
function kindAt(step: LooseStep, path: Path): string | null {
  if (path[2] === 'with') return step.kind
  const action = step.fields[String(path[2])] as { kind?: unknown } | null
  return typeof action?.kind === 'string' ? action.kind : null
}

function wrongWith({ path: name, at }: Reference, text: string, kind: string | null, path: Path, types: ReadonlyMap<string, ReferenceType>): string | null {
  const field = path[2] === 'with' ? path[3] : path[4]
  if (name === '') return 'this reference has no end: write ${…}, or $${ for a plain ${'
  if ((name === 'step.region' || name === 'step.service') && !types.has(name)) return `\`${name}\` has a value only with each: ${name === 'step.region' ? 'region or target' : 'target'}`
  const type = types.get(name)
  if (type === undefined) {
    const own = kind === 'shell' && field === 'command' && !name.includes('.') ? `; the shell’s own variable is written $\${${name}}` : instead(name, [...types.keys()])
    return `\`${name}\` cannot be resolved here${own}`
  }
  if (type === 'list' && !wholeReference(text)) return `\`${name}\` is a list, and cannot stand inside a text`
  if (kind === 'shell' && field === 'command' && inSingleQuotes(text, at)) return 'inside single quotes nothing is looked up: use double quotes, or none'
  if (kind === 'shell' && field === 'command' && wholeReference(text)) return 'a value is never a command: write the command, and the value as its argument'
  if (kind === 'sql' && (field === 'statements' || field === 'check') && wholeReference(text)) return 'a value is never a statement: write the statement, and the value inside it'
  return null
}
