import { evaluateCondition } from './condition.ts'
import type { Playbook } from './document.ts'
import { paramValues } from './resolve.ts'
import type { PlaybookSituation } from './situation.ts'

export interface Choosable {
  playbook: Playbook
  revision: number
}

/**
 * The playbook that is for a situation: of those whose `when` holds, and that need nothing said, the first by name. What
 * was passed over on the way is told, so that whoever votes knows.
 */
export function choosePlaybook<P extends Choosable>(playbooks: readonly P[], situation: PlaybookSituation): { chosen: P | null; notes: string[] } {
  const notes: string[] = []
  const fit: P[] = []
  for (const one of [...playbooks].sort((a, b) => (a.playbook.name < b.playbook.name ? -1 : 1))) {
    const { name, when, params } = one.playbook
    if (when === undefined) continue
    const answer = evaluateCondition(when, { params: null, step: false }, { situation: { ...situation } })
    const told = `${name} r${one.revision}`
    if ('because' in answer) notes.push(`the playbook ${told} is passed over: its condition cannot be decided (${answer.because})`)
    else if (!answer.holds) continue
    else if (paramValues(params, {}).problems.length > 0) notes.push(`the playbook ${told} would fit and is passed over: ${paramValues(params, {}).problems.join('; ')}`)
    else fit.push(one)
  }
  const [chosen, ...others] = fit
  if (!chosen) return { chosen: null, notes }
  const also = others.map((one) => `${one.playbook.name} r${one.revision}`).join(' and ')
  return { chosen, notes: [`the playbook ${chosen.playbook.name} r${chosen.revision} is used, because \`${chosen.playbook.when ?? ''}\` holds${also ? `; ${also} would fit as well, and the first by name is taken` : ''}`, ...notes] }
}
