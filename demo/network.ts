import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import selfsigned from 'selfsigned'

/** The address by which a phone on the same network finds this machine; null where there is no network. */
export function networkAddress(): string | null {
  return Object.values(networkInterfaces()).flat().find((one) => one && one.family === 'IPv4' && !one.internal)?.address ?? null
}

/** A certificate for that address, made once: a phone that has accepted it is not asked again. */
async function certificate(dir: string, address: string): Promise<{ cert: string; key: string }> {
  const file = join(dir, `certificate-${address}.json`)
  if (!existsSync(file)) {
    const made = await selfsigned.generate([{ name: 'commonName', value: address }], {
      keySize: 2048,
      notAfterDate: new Date(Date.now() + 365 * 86_400_000),
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: address }, { type: 2, value: 'localhost' }] }],
    })
    writeFileSync(file, JSON.stringify({ cert: made.cert, key: made.private }), { mode: 0o600 })
  }
  return JSON.parse(readFileSync(file, 'utf8')) as { cert: string; key: string }
}

/** https on the network in front of the server on this machine: bytes in, bytes out, sockets included. */
export async function serveNetwork(dir: string, address: string, port: number, inner: number): Promise<() => Promise<void>> {
  const server = createServer(await certificate(dir, address), (outside) => {
    const inside = connect(inner, '127.0.0.1')
    outside.pipe(inside)
    inside.pipe(outside)
    const end = (): void => {
      outside.destroy()
      inside.destroy()
    }
    for (const one of [outside, inside]) one.on('error', end).on('close', end)
  })
  // A browser that does not trust the certificate hangs up; that is its answer, not our error.
  server.on('tlsClientError', () => {})
  await new Promise<void>((settle, fail) => {
    server.once('error', fail)
    server.listen(port, '0.0.0.0', () => settle())
  })
  return () => new Promise((settle) => server.close(() => settle()))
}
