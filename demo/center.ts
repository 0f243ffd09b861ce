import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrate } from '#lib/platform/migrate.ts'
import type { Cluster, DatabaseUrls } from '#scripts/postgres.ts'
import { prepareDatabase, startPostgres } from '#scripts/postgres.ts'

export interface CenterOptions {
  /** Data of its PostgreSQL, its secrets and its log live here. */
  dir: string
  /** For PostgreSQL, which may need another place (see scripts/postgres.ts). */
  databaseDir: string
  port: number
  /** The address people use, where it is not the local one. */
  publicUrl?: string
  /** More settings of the server: fault tests name a failpoint here. */
  env?: Record<string, string>
}

/** The command center as an operator runs it: its own PostgreSQL, migrated, and the server as a process of its own. */
export interface Center {
  /** Where it answers on this machine. */
  url: string
  publicUrl: string
  urls: DatabaseUrls
  env: Record<string, string>
  superuserUrl(): string
  /** The server's process id; null while it is down. */
  pid(): number | null
  start(env?: Record<string, string>): Promise<void>
  /** SIGTERM and wait, or SIGKILL in mid-flight. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  stopDatabase(): Promise<void>
  startDatabase(): Promise<void>
  stop(): Promise<void>
}

export async function startCenter(options: CenterOptions): Promise<Center> {
  const { dir, databaseDir, port } = options
  mkdirSync(dir, { recursive: true })
  let cluster: Cluster | null = await startPostgres({ dir: databaseDir })
  const databasePort = cluster.port
  const urls = await prepareDatabase(cluster, 'knowngood', join(databaseDir, 'passwords'))
  await migrate(urls.migrateUrl)
  const url = `http://localhost:${port}`
  const publicUrl = options.publicUrl ?? url
  const env = {
    ...secretsIn(dir),
    DATABASE_URL: urls.databaseUrl,
    DATABASE_PUBLIC_URL: urls.publicUrl,
    PUBLIC_URL: publicUrl,
    ANCHOR_FILES: join(dir, 'tree-heads.jsonl'),
    PORT: String(port),
    HOST: '127.0.0.1',
    NODE_ENV: 'production',
    ...options.env,
  }
  const superuserUrl = cluster.superuserUrl
  const log = createWriteStream(join(dir, 'server.log'), { flags: 'a' })
  let child: ChildProcess | null = null

  const start = async (more: Record<string, string> = {}): Promise<void> => {
    const starting = spawn(process.execPath, ['--max-old-space-size=768', 'server.ts'], { cwd: join(import.meta.dirname, '..'), env: { ...process.env, ...env, ...more } as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    child = starting
    let said = ''
    for (const stream of [starting.stdout, starting.stderr]) {
      stream?.on('data', (text: Buffer) => {
        log.write(text)
        said = (said + text.toString()).slice(-3_000)
      })
    }
    await new Promise<void>((settle, fail) => {
      starting.on('message', () => settle())
      starting.once('exit', (code) => fail(new Error(`the server ended (${code}): ${readable(said)}`)))
    })
  }
  const end = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> => {
    const ending = child
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = new Promise<void>((settle) => ending.once('exit', () => settle()))
    ending.kill(signal)
    await gone
  }
  const stopDatabase = async (): Promise<void> => {
    await cluster?.stop()
    cluster = null
  }
  return {
    url,
    publicUrl,
    urls,
    env,
    superuserUrl: () => superuserUrl,
    pid: () => (child && child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null),
    start,
    end,
    stopDatabase,
    startDatabase: async () => {
      cluster ??= await startPostgres({ dir: databaseDir, port: databasePort })
    },
    stop: async () => {
      await end()
      await stopDatabase()
      log.end()
    },
  }
}

interface Secrets {
  AUTH_SECRET: string
  SIGNING_KEY: string
  SECRETS_KEY: string
}

/** Made once: losing them would end sessions and make agents enrol again. */
function secretsIn(dir: string): Secrets {
  const file = join(dir, 'secrets.json')
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {}
  const all: Secrets = {
    AUTH_SECRET: kept.AUTH_SECRET ?? randomBytes(33).toString('base64'),
    SIGNING_KEY: kept.SIGNING_KEY ?? generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    SECRETS_KEY: kept.SECRETS_KEY ?? randomBytes(32).toString('base64'),
  }
  // One that a later version came to need is added to those that are there.
  if (Object.keys(kept).length < Object.keys(all).length) {
    mkdirSync(dir, { recursive: true })
    writeFileSync(file, JSON.stringify(all), { mode: 0o600 })
  }
  return all
}

/** The last thing a server said, without the JSON around it. */
function readable(said: string): string {
  const lines = said.trim().split('\n').slice(-4)
  return lines.map((line) => {
    try {
      const { msg, error } = JSON.parse(line) as { msg?: string; error?: string }
      return [error, msg].filter(Boolean).join(': ')
    } catch {
      return line
    }
  }).join(' / ')
}
