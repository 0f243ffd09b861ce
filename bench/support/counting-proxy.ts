import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** What went between a program and PostgreSQL: how often it had to wait for an answer, and how much was said. */
export interface Counted {
  roundTrips: number
  bytesOut: number
  bytesIn: number
}

export interface CountingProxy {
  url: string
  read(): Counted
  stop(): Promise<void>
}

/** Stands between the server and its PostgreSQL. A round trip is one ReadyForQuery (`Z`): the program was waiting for it. */
export async function startCountingProxy(databaseUrl: string): Promise<CountingProxy> {
  const target = new URL(databaseUrl)
  const counted: Counted = { roundTrips: 0, bytesOut: 0, bytesIn: 0 }
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    const count = messages(() => counted.roundTrips++)
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      open.add(socket)
      socket.on('close', () => {
        open.delete(socket)
        client.destroy()
        upstream.destroy()
      })
      socket.on('error', () => socket.destroy())
    }
    client.on('data', (chunk: Buffer) => {
      counted.bytesOut += chunk.length
      upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      counted.bytesIn += chunk.length
      count(chunk)
      client.write(chunk)
    })
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    read: () => ({ ...counted }),
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((settle) => server.close(settle))
    },
  }
}

/** Walks the backend's messages (type, length, body) however they are cut into chunks; calls back at each ReadyForQuery. */
export function messages(ready: () => void): (chunk: Buffer) => void {
  let left = 0
  let header = Buffer.alloc(0)
  return (chunk) => {
    let at = 0
    while (at < chunk.length) {
      if (left > 0) {
        const skipped = Math.min(left, chunk.length - at)
        left -= skipped
        at += skipped
        continue
      }
      const wanted = 5 - header.length
      header = Buffer.concat([header, chunk.subarray(at, at + wanted)])
      at += wanted
      if (header.length < 5) return
      if (header[0] === 0x5a) ready()
      left = header.readUInt32BE(1) - 4
      header = Buffer.alloc(0)
    }
  }
}
