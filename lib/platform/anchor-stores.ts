import { spawn } from 'node:child_process'
import type { FileHandle } from 'node:fs/promises'
import { mkdir, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { env } from './env.ts'
import type { AnchorLine } from './rules/anchor-line.ts'
import { readAnchorLine } from './rules/anchor-line.ts'

/** A place outside the database that is given every tree head, in order. */
export interface AnchorStore {
  /** As people see it and as the database remembers it: no secret. */
  name: string
  /** The newest head there; null = none yet, undefined = this kind cannot be asked. Throws where it cannot be read. */
  newest(): Promise<AnchorLine | null | undefined>
  /** Takes one line for good, or throws. */
  put(line: string): Promise<void>
}

const patienceMs = 10_000

/** Every store that the settings name. */
export function anchorStores(): AnchorStore[] {
  const { ANCHOR_FILES, ANCHOR_COMMAND, ANCHOR_URL } = env()
  return [
    ...(ANCHOR_FILES ?? '').split(',').map((one) => one.trim()).filter(Boolean).map(fileStore),
    ...(ANCHOR_COMMAND ? [commandStore(ANCHOR_COMMAND)] : []),
    ...(ANCHOR_URL ? [urlStore(ANCHOR_URL)] : []),
  ]
}

/** A file that is only appended to; each line is on the disk before it counts. */
export function fileStore(path: string): AnchorStore {
  const file = resolve(path)
  return {
    name: `file ${path}`,
    async newest() {
      const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
      if (!handle) return null
      try {
        return await lastLine(handle)
      } finally {
        await handle.close()
      }
    },
    async put(line) {
      await mkdir(dirname(file), { recursive: true })
      const handle = await open(file, 'a+', 0o644)
      try {
        // A line that a crash tore is ended, so that the next one stands alone.
        await handle.appendFile(`${(await endsWhole(handle)) ? '' : '\n'}${line}`)
        await handle.datasync()
      } finally {
        await handle.close()
      }
    },
  }
}

async function endsWhole(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat()
  if (size === 0) return true
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] === 0x0a
}

/** The last line that can be read: further back by doubling, since a line may be long and the last may be torn. */
async function lastLine(handle: FileHandle): Promise<AnchorLine | null> {
  const { size } = await handle.stat()
  for (let back = 64 * 1024; ; back *= 4) {
    const from = Math.max(0, size - back)
    const { buffer } = await handle.read(Buffer.alloc(size - from), 0, size - from, from)
    const lines = buffer.toString('utf8').split('\n')
    // What stands before the first newline may have begun earlier.
    for (const line of (from === 0 ? lines : lines.slice(1)).toReversed()) {
      const read = readAnchorLine(line)
      if (read) return read
    }
    if (from === 0) {
      if (size > 0 && lines.some((line) => line.trim() !== '')) throw new Error('it holds no tree head that can be read: it was overwritten, or is not an anchor file')
      return null
    }
  }
}

/** A program of the operator's: the line on its standard input; it ends with 0 once it has it for good. */
export const commandStore = (command: string): AnchorStore => ({
  name: 'command',
  newest: () => Promise.resolve(undefined),
  put: (line) =>
    new Promise((settle, fail) => {
      const child = spawn(command, { shell: true, stdio: ['pipe', 'ignore', 'pipe'], timeout: patienceMs, killSignal: 'SIGKILL' })
      let said = ''
      child.stderr.on('data', (part: Buffer) => (said = (said + part.toString('utf8')).slice(-300)))
      child.stdin.on('error', () => {})
      child.on('error', fail)
      child.on('close', (code, signal) => (code === 0 ? settle() : fail(new Error(`it ended with ${code ?? signal}${said.trim() ? `: ${said.trim()}` : ''}`))))
      child.stdin.end(line)
    }),
})

/** An address that takes the line by POST and answers 2xx once it has it for good. */
export const urlStore = (url: string): AnchorStore => ({
  name: `address ${new URL(url).host}`,
  newest: () => Promise.resolve(undefined),
  async put(line) {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: line, redirect: 'error', signal: AbortSignal.timeout(patienceMs) })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`it answered ${response.status}`)
  },
})
