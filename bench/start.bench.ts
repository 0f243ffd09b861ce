import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { breakTheShop } from '#demo/break-the-shop.ts'
import type { Stack } from '#demo/stack.ts'
import { startStack, until } from '#demo/stack.ts'
import type { IncidentView } from '#lib/incidents/view.ts'
import type { BreachView } from '#lib/triggers/view.ts'
import { dataFolder, startPostgres } from '#scripts/postgres.ts'
import { pagesAreBuilt } from './support/center-alone.ts'
import { startChild } from './support/child.ts'
import { publish, row } from './support/figure.ts'
import { machine } from './support/machine.ts'
import { rssMiB } from './support/memory.ts'

/* How long the demo takes to be there, the first time and again, and what the server holds in memory while little and while much happens. */

const name = 'bench-start'
const port = 3730
const secondStarts = Number(process.env['BENCH_ROUNDS'] ?? 2)

await pagesAreBuilt()
for (const one of [name, `${name}-postgres`]) rmSync(dataFolder(one), { recursive: true, force: true })
const floors = { first: await postgresAlone(), second: [] as number[] }
const bare = await bareNext()

const first = await start()
let about
let idle: number
let agents: number[]
let during: { peak: number; number: number; said: string } | null = null
try {
  about = await machine(first.stack.center.superuserUrl())
  await pause(10_000)
  idle = held(first.stack)
  agents = first.stack.agents.flatMap(({ pid }) => rssMiB(pid()) ?? [])
} finally {
  await first.stack.stop()
}
const again: Started[] = []
for (let time = 0; time < secondStarts; time++) {
  floors.second.push(await postgresAlone())
  const one = await start()
  try {
    // Only the last: what was broken stays broken, and a start into that is another figure.
    if (time === secondStarts - 1) during = await incident(one.stack)
  } finally {
    await one.stack.stop()
  }
  again.push(one)
}
if (!during) throw new Error('BENCH_ROUNDS must be at least 1')

const phases = first.phases.map(({ phase, seconds }) => `${phase} ${seconds.toFixed(1)} s, again ${again.map((one) => `${(one.phases.find((other) => other.phase === phase)?.seconds ?? 0).toFixed(1)} s`).join(' and ')}`)
publish({
  figure: 'start',
  title: 'The demo starts, and what the server holds',
  how: `The whole demo as \`npm run demo\` starts it, without the installation of packages and the build of the pages: PostgreSQL, the server, Harbor's twelve processes with their own PostgreSQL, four agents, and everything declared. First into a fresh folder, then again. Beside it: an empty PostgreSQL made and started, or only started, and the same pages in a plain Next.js server. Memory is what the kernel counts as resident for the server's process: ten seconds after the start, and at its largest while a broken release is noticed, planned for and looked at.`,
  machine: about,
  rows: [
    row('ours', 'first start, until everything runs', 's', [first.seconds]),
    row('ours', 'second start', 's', again.map(({ seconds }) => seconds)),
    row('floor', 'PostgreSQL alone, first start', 's', [floors.first]),
    row('floor', 'PostgreSQL alone, second start', 's', floors.second),
    row('ours', 'memory of the server, idle', 'MiB', [idle]),
    row('ours', 'memory of the server, at most during an incident', 'MiB', [during.peak]),
    row('ours', 'memory of an agent', 'MiB', agents),
    row('floor', 'memory of a plain Next.js with the same pages, after its first page', 'MiB', [bare.rss]),
    row('floor', 'a plain Next.js with the same pages, until it answers', 's', [bare.seconds]),
  ],
  aims: [],
  notes: [`Phases of the first start and of those after: ${phases.join('; ')}.`, `The incident: ${during.said}`],
})
process.exit(0)

interface Started {
  stack: Stack
  seconds: number
  phases: { phase: string; seconds: number }[]
}

async function start(): Promise<Started> {
  const from = performance.now()
  const phases: Started['phases'] = []
  let phaseFrom = from
  let current = ''
  const phase = (what: string): void => {
    const now = performance.now()
    if (current) phases.push({ phase: current, seconds: (now - phaseFrom) / 1000 })
    current = what
    phaseFrom = now
  }
  const stack = await startStack({ name, port, fleetPort: 7300, seed: 7, phase })
  phase('')
  return { stack, seconds: (performance.now() - from) / 1000, phases }
}

/** PostgreSQL in a folder of its own, until it answers. */
async function postgresAlone(): Promise<number> {
  const from = performance.now()
  const cluster = await startPostgres({ dir: join(dataFolder(`${name}-postgres`), 'postgres') })
  const seconds = (performance.now() - from) / 1000
  await cluster.stop()
  return seconds
}

async function bareNext(): Promise<{ seconds: number; rss: number }> {
  const from = performance.now()
  const child = await startChild('reference/bare-next.ts', ['3739'])
  await child.ask({})
  const page = await fetch('http://127.0.0.1:3739/sign-in')
  await page.text()
  const seconds = (performance.now() - from) / 1000
  await pause(2_000)
  const rss = rssMiB(child.pid) ?? Number.NaN
  await child.stop()
  return { seconds, rss }
}

function held(stack: Stack): number {
  const mebibytes = rssMiB(stack.center.pid())
  if (mebibytes === null) throw new Error('what the server holds in memory is not known: this system has no /proc')
  return mebibytes
}

/** Breaks the shop, waits for the proposed way back, looks at pages as people would, and keeps the largest it held meanwhile. */
async function incident(stack: Stack): Promise<{ peak: number; number: number; said: string }> {
  let peak = 0
  const watch = setInterval(() => (peak = Math.max(peak, rssMiB(stack.center.pid()) ?? 0)), 250)
  try {
    await breakTheShop(stack, 'errors')
    const casey = await stack.as('casey')
    // What calls checkout fails with it and may have an incident of its own: this one is checkout's.
    const number = await until('an incident is open', 120_000, async () => (await casey.get<BreachView[]>('/api/v1/breaches')).find((one) => !one.closedAt && one.service === 'checkout')?.incidentNumber)
    const { plan } = await until('a plan is proposed', 30_000, async () => {
      const now = await casey.get<IncidentView>(`/api/v1/incidents/by-number/${number}`)
      return now.plan ? now : null
    })
    for (let look = 0; look < 5; look++) {
      for (const path of ['/', '/board', `/incidents/${number}`, '/fleet', '/approvals', '/status']) await (await fetch(stack.url + path, { headers: { cookie: casey.cookie } })).text()
      await pause(1_000)
    }
    return { peak, number, said: `${plan?.sentence ?? 'no plan'} Each of six pages was then opened five times.` }
  } finally {
    clearInterval(watch)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((settle) => setTimeout(settle, ms))
}
