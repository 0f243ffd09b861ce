import { readFileSync } from 'node:fs'
import { filesBelow } from '#scripts/files.ts'

export interface Failpoint {
  where: 'server' | 'agent'
  name: string
}

/** Commands that a bad release and its rollback go through, in that order: each may die just before its commit, and just after it. */
export const commandsOnTheWay = ['target.observe', 'incident.declare', 'plan.propose', 'plan.submit', 'approval.vote', 'seat.take', 'run.start', 'step.lease', 'step.complete'] as const

/** Every failpoint there is, read from the sources: a new one is tried without anybody remembering to. In an order in which one rollback can come by them all. */
export function everyFailpoint(): Failpoint[] {
  const named = (folder: string, where: Failpoint['where']): Failpoint[] =>
    filesBelow(folder)
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/(?:failpoint|mark)\('([a-z-]+)'\)/g)].map((found): Failpoint => ({ where, name: found[1] as string })))
  const commits = commandsOnTheWay.flatMap((command) => ['before', 'after'].map((when): Failpoint => ({ where: 'server', name: `${when}-commit/${command}` })))
  const all = [...commits, ...named('lib', 'server'), ...named('agent', 'agent')]
  return all.filter((one, index) => all.findIndex((other) => other.where === one.where && other.name === one.name) === index)
}
