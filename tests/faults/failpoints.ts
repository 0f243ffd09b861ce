import { readFileSync } from 'node:fs'
import { filesBelow } from '#scripts/files.ts'

export interface Failpoint {
  where: 'server' | 'agent'
  name: string
}

/** Commands that a rollback goes through: each may die just before its commit, and just after it. */
export const commandsOnTheWay = ['incident.declare', 'plan.propose', 'plan.submit', 'approval.vote', 'seat.take', 'run.start', 'step.lease', 'step.complete', 'target.observe'] as const

/** Every failpoint there is, read from the sources: a new one is tried without anybody remembering to. */
export function everyFailpoint(): Failpoint[] {
  const named = (folder: string, where: Failpoint['where']): Failpoint[] =>
    filesBelow(folder)
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/(?:failpoint|mark)\('([a-z-]+)'\)/g)].map((found): Failpoint => ({ where, name: found[1] as string })))
  const commits = commandsOnTheWay.flatMap((command) => ['before', 'after'].map((when): Failpoint => ({ where: 'server', name: `${when}-commit/${command}` })))
  const all = [...named('lib', 'server'), ...commits, ...named('agent', 'agent')]
  return all.filter((one, index) => all.findIndex((other) => other.where === one.where && other.name === one.name) === index)
}
