import { readFileSync } from 'node:fs'

/** What a process holds in memory, in MiB; null where the system does not say or the process is gone. */
export function rssMiB(pid: number | null): number | null {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024 || null
  } catch {
    return null
  }
}
