import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Because } from './because.ts'
import type { StagedArtifact } from './drivers/driver.ts'
import type { ReleaseRef } from './protocol.ts'

export interface ArtifactStore {
  folder: string
  /** Hosts that bytes may come from, as `host` or `host:port`. */
  hosts: readonly string[]
  maxBytes: number
  /** How many files are kept; the longest unused go first. */
  keep: number
}

const mostRedirects = 3

/** The bytes of a release, here and with the digest that was approved: kept ones are read and checked again. */
export async function ensureArtifact(store: ArtifactStore, { digest, url }: ReleaseRef, signal: AbortSignal): Promise<StagedArtifact> {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1]
  if (!hex) throw new Because(`${digest} is not a digest: sha256: and 64 hex digits`)
  await mkdir(store.folder, { recursive: true, mode: 0o700 })
  const path = join(store.folder, hex)
  if (existsSync(path)) {
    if ((await digestOfFile(path)) === digest) {
      await utimes(path, new Date(), new Date()).catch(() => undefined)
      return { path, bytes: (await stat(path)).size }
    }
    await rm(path, { force: true })
  }

  const response = await fetchAllowed(url, store.hosts, signal)
  const temporary = join(store.folder, `${hex}.${randomBytes(4).toString('hex')}.part`)
  try {
    const { bytes, found } = await download(response, temporary, store.maxBytes, signal)
    if (found !== digest) throw new Because(`the bytes from ${new URL(url).host} have digest ${found}; ${digest} was approved`)
    await rename(temporary, path)
    await prune(store, hex)
    return { path, bytes }
  } catch (error) {
    await rm(temporary, { force: true })
    if (error instanceof Because) throw error
    const code = (error as NodeJS.ErrnoException).code
    throw new Because(code === 'ENOSPC' ? 'there is no room left on this disk for the artifact' : `the artifact could not be fetched from ${new URL(url).host} (${code ?? (error as Error).message})`)
  }
}

/** Redirects are followed by hand: each place must be on the list. */
async function fetchAllowed(address: string, hosts: readonly string[], signal: AbortSignal): Promise<Response> {
  let url = new URL(address)
  for (let hop = 0; hop <= mostRedirects; hop++) {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Because(`artifacts are fetched over http or https, not ${url.protocol}`)
    if (!hosts.includes(url.host)) throw new Because(`${url.host} is not one of the hosts this agent may fetch artifacts from (artifacts.hosts)`)
    let response: Response
    try {
      response = await fetch(url, { redirect: 'manual', signal })
    } catch (error) {
      const cause = (error as Error).cause as { code?: string } | undefined
      throw new Because(`the artifact could not be fetched from ${url.host} (${signal.aborted ? 'the time was over' : (cause?.code ?? (error as Error).message)})`)
    }
    const next = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && next) {
      await response.body?.cancel()
      url = new URL(next, url)
      continue
    }
    if (!response.ok) {
      await response.body?.cancel()
      throw new Because(`${url.host} answered ${response.status} for the artifact`)
    }
    return response
  }
  throw new Because(`the artifact at ${new URL(address).host} was redirected more than ${mostRedirects} times`)
}

async function download(response: Response, path: string, maxBytes: number, signal: AbortSignal): Promise<{ bytes: number; found: string }> {
  if (!response.body) throw new Because('the artifact came without bytes')
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body.cancel()
    throw tooLarge(maxBytes)
  }
  const hash = createHash('sha256')
  let bytes = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      hash.update(chunk)
      done(bytes > maxBytes ? tooLarge(maxBytes) : null, chunk)
    },
  })
  await pipeline(Readable.fromWeb(response.body as never), count, createWriteStream(path, { mode: 0o600 }), { signal })
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  return { bytes, found: `sha256:${hash.digest('hex')}` }
}

const tooLarge = (maxBytes: number): Because => new Because(`the artifact is larger than ${maxBytes} bytes (artifacts.maxBytes)`)

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return `sha256:${hash.digest('hex')}`
}

async function prune({ folder, keep }: ArtifactStore, justWritten: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== justWritten)
  const files = await Promise.all(names.map(async (name) => ({ name, used: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })))
  const old = files.sort((a, b) => b.used - a.used).slice(Math.max(0, keep - 1))
  for (const { name } of old) await unlink(join(folder, name)).catch(() => undefined)
}
