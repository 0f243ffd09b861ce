import { randomInt } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildWhereStale } from '#scripts/build.ts'
import { dataFolder } from '#scripts/postgres.ts'
import type { Breakage } from './break-the-shop.ts'
import { breakTheShop, breakages } from './break-the-shop.ts'
import { startControl } from './control.ts'
import { accounts, administrator } from './harbor.ts'
import { networkAddress, serveNetwork } from './network.ts'
import type { Stack } from './stack.ts'
import { startStack } from './stack.ts'
import { play, storyNames } from './story/play.ts'

/* `npm run demo`: the command center with a real little company beside it, from nothing to the first page. */

const { values } = parseArgs({
  options: {
    play: { type: 'boolean', default: false },
    host: { type: 'boolean', default: false },
    port: { type: 'string', default: '3000' },
    'fleet-port': { type: 'string', default: '4100' },
    seed: { type: 'string' },
    fault: { type: 'string', default: 'errors' },
    story: { type: 'string', default: 'all' },
  },
})
if (values.play && values.story !== 'all' && !storyNames.includes(values.story)) {
  console.error(`--story: there is no ${values.story}; there are ${storyNames.join(', ')}, or all`)
  process.exit(2)
}
/** A story begins on a clean sheet; what a person did in the demo stays. */
const name = values.play ? 'play' : 'demo'
const seed = values.seed ? Number(values.seed) : randomInt(1, 1_000_000)
const port = Number(values.port)
const startedAt = performance.now()
let phaseAt = startedAt
let phaseName = ''

const phase = (what: string): void => {
  const now = performance.now()
  if (phaseName) console.log(`  ✓ ${phaseName} (${((now - phaseAt) / 1000).toFixed(1)} s)`)
  phaseAt = now
  phaseName = what
  if (what && process.stdout.isTTY) process.stdout.write(`  … ${what}\r`)
}

let stack: Stack | null = null
const after: (() => Promise<void>)[] = []
let stopping = false
async function stop(code: number): Promise<never> {
  if (stopping) return new Promise(() => {})
  stopping = true
  console.log('stopping everything …')
  for (const one of after.reverse()) await one().catch(() => {})
  await stack?.stop()
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal === 'SIGINT' ? 130 : 143))

try {
  const address = values.host ? networkAddress() : null
  if (values.host && !address) throw new Error('--host: this machine has no network address; start without it')
  await mustBeFree(port)
  console.log('Knowngood, with Harbor beside it')
  if (values.play) rmSync(dataFolder(name), { recursive: true, force: true })
  phase('the pages')
  if ((await buildWhereStale()) !== 0) throw new Error('the pages could not be built')
  stack = await startStack({ name, port, fleetPort: Number(values['fleet-port']), seed, staging: true, phase, ...(address ? { publicUrl: `https://${address}:${port + 443}` } : {}) })
  phase('')
  if (address) after.push(await serveNetwork(stack.dir, address, port + 443, port))
  console.log(`  ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`)
  if (values.play) {
    console.log(`seed ${seed}`)
    const wanted = values.story === 'all' ? storyNames : [values.story]
    const played = await play(stack, wanted, { kind: values.fault as 'errors' }, console.log)
    const failed = played.find(({ told }) => told.failed)
    console.log(`\n${failed ? `${failed.name}: ${failed.told.failed}\n` : ''}${played.map(({ name, told }) => `${name}: reached ${told.reached}/${told.of}`).join('\n')}`)
    await stop(failed ? 1 : 0)
  }
  after.push(await startControl(join(stack.dir, 'control.json'), (breakage) => breakAfterOpening(stack as Stack, breakage)))
  introduce(stack)
} catch (error) {
  console.error(`\n${(error as Error).message}`)
  await stop(1)
}

/** A release that goes bad in the first minute of Harbor's life has nothing to be compared with afterwards. */
const openForMs = 40_000
function breakAfterOpening(shop: Stack, breakage: Breakage): Promise<string> {
  const leftMs = openForMs - (performance.now() - startedAt)
  if (leftMs > 0) return Promise.reject(new Error(`Harbor has only just opened: try again in ${Math.ceil(leftMs / 1000)} s, when there is a before to compare with`))
  return breakTheShop(shop, breakage)
}

function introduce({ center, password, dir }: Stack): void {
  const width = Math.max(...accounts.map(({ email }) => email.length))
  const lines = [
    `Open      ${center.publicUrl}${center.publicUrl.startsWith('https') ? '   (accept the certificate: it was made on this machine)' : ''}`,
    `Public    ${center.publicUrl}/status`,
    '',
    `Accounts  (password for all: ${password})`,
    ...[...accounts, { ...administrator, role: 'admin', does: 'runs the product' }].map(({ email, role, does }) => `  ${email.padEnd(width)}  ${role.padEnd(12)} ${does}`),
    '',
    'Try this first',
    '  1. Sign in as casey, in a second browser as omar, and open the board.',
    `  2. Break the shop:   npm run demo:break -- ${breakages.join(' | ')}`,
    '  3. Within a minute an incident opens by itself, with a proven way back. Omar asks, priya and tomas approve,',
    '     casey takes the seat and starts it. Watch the run, then the proof.',
    '',
    `Logs in ${dir}. Ctrl-C stops everything.`,
  ]
  console.log(lines.join('\n'))
  writeFileSync(join(dir, 'introduction.txt'), `${lines.join('\n')}\n`, { mode: 0o600 })
}

/** Somebody else's server on our port would answer in our place. */
function mustBeFree(wanted: number): Promise<void> {
  return new Promise((settle, fail) => {
    const probe = createServer()
    probe.once('error', () => fail(new Error(`port ${wanted} is in use; end what holds it, or choose another: npm run demo -- --port ${wanted + 1}`)))
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => settle()))
  })
}
