import type { Readable } from 'node:stream'

/** Of a longer line the rest is left out: it would be clipped anyway, and a program that never ends a line may not fill our memory. */
const longestLine = 64 * 1024

/** Calls back for each line of a stream. Where that says to wait, the stream waits. */
export function linesOf(stream: Readable, onLine: (line: string) => void, flow: () => Promise<void> | null = () => null): void {
  let rest = ''
  let tooLong = false
  const emit = (): void => {
    onLine(rest.endsWith('\r') ? rest.slice(0, -1) : rest)
    rest = ''
    tooLong = false
  }
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const parts = chunk.split('\n')
    for (const [index, part] of parts.entries()) {
      if (!tooLong) rest += part.slice(0, longestLine - rest.length)
      tooLong ||= rest.length >= longestLine
      if (index < parts.length - 1) emit()
    }
    const wait = flow()
    if (!wait) return
    stream.pause()
    void wait.then(() => stream.resume())
  })
  stream.on('end', () => {
    if (rest !== '') emit()
  })
}
