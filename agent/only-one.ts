import { readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One agent per data folder: two would answer for each other's steps. Returns what gives the folder back. */
export function onlyOne(data: string): () => void {
  const path = join(data, 'agent.pid')
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 })
      return () => {
        try {
          if (readFileSync(path, 'utf8') === String(process.pid)) unlinkSync(path)
        } catch {
          // Already gone.
        }
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const pid = Number(readFileSync(path, 'utf8').trim())
      if (pid > 0 && pid !== process.pid && isAgent(pid)) throw new Error(`data: ${data} is in use by another agent (process ${pid})`)
      unlinkSync(path)
    }
  }
  throw new Error(`data: ${data} is in use by another agent`)
}

/** Process numbers come back after a restart of the machine: where the system tells, look at what the process runs. */
function isAgent(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('agent')
  } catch {
    return process.platform !== 'linux'
  }
}
