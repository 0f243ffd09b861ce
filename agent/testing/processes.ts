import { readFileSync, readdirSync } from 'node:fs'

/** Living processes whose environment or command line holds a text: what a step left behind. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return []
    try {
      const state = /\) (\w) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]
      if (state === 'Z') return []
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text) ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

/** The parents of processes, each once. */
export const parentsOf = (pids: readonly number[]): number[] => [...new Set(pids.map((pid) => Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])))]
