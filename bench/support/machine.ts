import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import pg from 'pg'
import { root } from '#scripts/files.ts'

/** Where figures were taken: without it they say nothing. */
export interface Machine {
  cpu: string
  cores: number
  memoryGiB: number
  system: string
  node: string
  postgres: string
  commit: string
  /** Programs that wanted to run in the minute before, as the kernel counts them: far above `cores`, others were at work here. */
  load: number
}

/** `databaseUrl`: null where no PostgreSQL has a part in what was measured. */
export async function machine(databaseUrl: string | null): Promise<Machine> {
  return {
    cpu: cpuModel(), cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), system: `${process.platform}-${process.arch} ${release()}`,
    node: process.version, postgres: databaseUrl ? await versionOf(databaseUrl) : 'no part in it', commit: commit(), load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
}

async function versionOf(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ server_version: string }>('show server_version').finally(() => client.end())
  return rows[0]?.server_version ?? 'unknown'
}

/** Guests often hide the model behind a plain `unknown`. */
function cpuModel(): string {
  const told = cpus()[0]?.model.trim()
  if (told && told !== 'unknown') return told
  try {
    return /^model name\s*:\s*(.+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  try {
    // What is written here is no change of what is measured.
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!bench/results', ':!bench/RESULTS.md') !== ''
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed ? ' with changes' : ''}`
  } catch {
    return 'unknown'
  }
}
