import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dataFolder } from './postgres.ts'

const running = (pid: number): string => (existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'latin1') : '')

/** Removes the data folders of tests whose process is gone, and ends the servers that still run on them. */
export function sweepClusters(): string[] {
  if (process.platform !== 'linux') return []
  const parent = dirname(dataFolder('test-0'))
  if (!existsSync(parent)) return []
  return readdirSync(parent).flatMap((name) => {
    const owner = Number(/^test-(\d+)$/.exec(name)?.[1] ?? 0)
    if (owner === 0 || running(owner) !== '') return []
    const dir = join(parent, name)
    const pidFile = join(dir, 'data/postmaster.pid')
    const server = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : 0
    const still = server > 0 && running(server).includes(dir)
    if (still) process.kill(server, 'SIGQUIT')
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    return still ? [`PostgreSQL ${server} in ${dir}`] : []
  })
}
