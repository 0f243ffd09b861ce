import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { log } from '#lib/platform/log.ts'
import { Fault } from '#lib/platform/fault.ts'
import { now as clock } from '#lib/platform/clock.ts'
import { shared } from '#lib/platform/runtime.ts'
import { loadStatus } from './queries/status.ts'
import type { StatusView } from './view.ts'

/** What the page shows; `fresh` is false where the database could not be read and this is from before. */
export interface StatusReading {
  status: StatusView
  /** When it was read from the database. */
  at: string
  fresh: boolean
}

interface Kept {
  status: StatusView
  at: string
}

/** A page that many people reload at once costs one read in this time. */
const freshMs = 1_000
/** Readers are not kept waiting for a database that does not answer, while there is something to show. */
const patienceMs = 1_500
/** After a read that failed, what is kept is shown for so long without asking again: a crowd must not wait in turn. */
const retryMs = 2_000
/** The file's age is what a restarted page shows, so it is renewed even when nothing changed. */
const renewMs = 30_000

const defaultFile = (): string => join(process.cwd(), '.knowngood', 'status.json')

interface Holder {
  kept: Kept | null
  reading: Promise<Kept> | null
  failedAtMs: number
  written: { json: string; atMs: number } | null
}

const holder = (): Holder => shared('status-snapshot', () => ({ kept: null, reading: null, failedAtMs: 0, written: null }))

/** The status page's content: from the database, else what was last read, from memory or from the file. */
export async function readStatus(options: { file?: string } = {}): Promise<StatusReading> {
  const file = options.file ?? defaultFile()
  const held = holder()
  const nowMs = clock().getTime()
  if (held.kept && nowMs - held.failedAtMs < retryMs) return { ...held.kept, fresh: false }
  if (held.kept && nowMs - Date.parse(held.kept.at) < freshMs) return { ...held.kept, fresh: true }
  const last = (held.kept ??= await fromFile(file))
  held.reading ??= fromDatabase(held, file).finally(() => {
    held.reading = null
  })
  try {
    return { ...(await (last ? withPatience(held.reading) : held.reading)), fresh: true }
  } catch (error) {
    held.failedAtMs = clock().getTime()
    if (last) return { ...last, fresh: false }
    log('status').warn({ err: error }, 'the status page has nothing to show')
    throw new Fault('unavailable', 'the status cannot be read at the moment; try again', { retryAfter: 5 })
  }
}

async function fromDatabase(held: Holder, file: string): Promise<Kept> {
  const kept = { status: await loadStatus(), at: clock().toISOString() }
  held.kept = kept
  held.failedAtMs = 0
  await keepInFile(held, kept, file)
  return kept
}

/** Written beside and renamed over, so that a crash leaves the old one whole. */
async function keepInFile(held: Holder, kept: Kept, file: string): Promise<void> {
  const json = JSON.stringify(kept.status)
  if (held.written && held.written.json === json && Date.parse(kept.at) - held.written.atMs < renewMs) return
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.${process.pid}`, JSON.stringify(kept))
    await rename(`${file}.${process.pid}`, file)
    held.written = { json, atMs: Date.parse(kept.at) }
  } catch (error) {
    // The page still works from memory; only a restart without a database would miss it.
    log('status').warn({ err: error, file }, 'the status snapshot could not be written')
  }
}

async function fromFile(file: string): Promise<Kept | null> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Kept
    return typeof kept.at === 'string' && Array.isArray(kept.status?.components) ? kept : null
  } catch {
    return null
  }
}

async function withPatience(reading: Promise<Kept>): Promise<Kept> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the database does not answer')), patienceMs)
  })
  try {
    return await Promise.race([reading, patience])
  } finally {
    clearTimeout(timer)
    // Whoever gave up on it must not leave a rejection that nobody handles.
    reading.catch(() => {})
  }
}
