import { readFileSync } from 'node:fs'
import { io } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { catalogOf } from '#demo/harbor.ts'
import { until } from '#demo/stack.ts'
import { follow } from '#demo/story/follower.ts'
import { runOf, runSucceeds, startRollback } from '#demo/story/marks.ts'
import type { IncidentView } from '#lib/incidents/view.ts'
import type { Shop } from './shop.ts'
import { approvedPlan, attemptsOf, countsOnce, descendantsOf, heldStep, isHeard, journalOf, lives, openShop, reportAs, served } from './shop.ts'

const catalog = catalogOf(false)

/* A rollback with two votes is under way, and something that it hangs on is killed, frozen or taken away. */

let shop: Shop
const longMs = 420_000
const pause = (ms: number): Promise<void> => new Promise((settle) => setTimeout(settle, ms))

beforeAll(async () => void (shop = await openShop()), longMs)
afterAll(() => shop?.stop(), 60_000)
// What a failed test leaves at work would only fail the next one.
afterEach(async () => {
  const left = await shop.rows<{ id: string }>(`select id from run where status in ('running', 'paused')`)
  for (const { id } of left) await (await shop.as('casey')).send('POST', `/api/v1/runs/${id}/abort`, { reason: 'its test is over' })
})

/** What holds after every one of these rollbacks: by the fleet, and by the database. */
async function endsRight(runId: string): Promise<void> {
  expect(await served(shop)).toEqual({ eu: ['1.4.2'], us: ['1.4.2'] })
  const { steps, wrong } = await countsOnce(shop, runId)
  expect(steps).toBeGreaterThanOrEqual(6)
  expect(wrong).toEqual([])
  const [held] = await shop.rows<{ locks: number }>('select count(*)::int as locks from lock where owner_id = $1', [runId])
  expect(held?.locks).toBe(0)
}

test('the server is killed in the middle of a step, and again in the middle of a report: the run goes on', { timeout: longMs }, async () => {
  const { number } = await approvedPlan(shop)
  const casey = await shop.as('casey')
  const console = await follow<IncidentView>(shop.center, casey, 'incident.view', { number })
  const runId = await startRollback(shop, number)
  await heldStep(shop, runId, 'deploy:checkout:us')

  const first = shop.center.pid() as number
  await shop.center.end('SIGKILL')
  expect(lives(first)).toBe(false)
  await expect(fetch(`${shop.url}/healthz`)).rejects.toThrow()

  // The next life dies inside the transaction that takes a report: nothing of it may remain.
  await shop.center.start({ KNOWNGOOD_CRASH_AT: 'after-complete' })
  const second = shop.center.pid() as number
  await until('the server dies at its failpoint', 60_000, async () => !lives(second))
  const before = await shop.rows<{ recorded: number; ended: number }>(
    `select (select count(*)::int from record r join step s on r.subject_id = s.id::text where s.run_id = $1 and r.action = 'step.complete') as recorded,
       (select count(*)::int from attempt a join step s on s.id = a.step_id where s.run_id = $1 and a.outcome = 'succeeded') as ended`, [runId])
  expect(before[0]?.recorded).toBe(before[0]?.ended)

  await shop.center.start()
  const run = await runSucceeds(shop, runId)
  expect(run.status).toBe('succeeded')
  await endsRight(runId)
  const [starts] = await shop.rows<{ n: number }>(`select count(*)::int as n from record where action = 'run.start' and subject_id = $1`, [runId])
  expect(starts?.n).toBe(1)

  await until('the console that followed holds exactly what HTTP answers', 30_000, async () => {
    const answer = await fetch(`${shop.url}/api/v1/incidents/by-number/${number}`, { headers: { cookie: casey.cookie } })
    const data = (await answer.json()) as IncidentView
    return answer.headers.get('etag') === `"${console.version()}"` && JSON.stringify(console.current()) === JSON.stringify(data)
  })
  console.close()
})

test('an agent is killed in the middle of a switch: its step dies with it, the other agent of the region finishes, its late word counts for nothing', { timeout: longMs }, async () => {
  const { number } = await approvedPlan(shop)
  const runId = await startRollback(shop, number)
  const held = await heldStep(shop, runId, 'deploy:checkout:us')
  const below = descendantsOf(held.pid)
  expect(below.length).toBeGreaterThan(0)
  await held.agent.end('SIGKILL')
  expect(lives(held.pid)).toBe(false)
  await until('nothing that the agent had started is left', 10_000, async () => below.every((pid) => !lives(pid)))

  await until('the lease is taken back', 60_000, async () => (await attemptsOf(shop, runId)).some((one) => one.key === 'deploy:checkout:us' && one.outcome === 'expired'))
  expect(await reportAs(shop, held.agent.name, held)).toEqual({ status: 409, code: 'stale_lease' })

  await runSucceeds(shop, runId)
  await endsRight(runId)
  const attempts = (await attemptsOf(shop, runId)).filter((one) => one.key === 'deploy:checkout:us')
  expect(attempts.map((one) => [one.number, one.outcome])).toEqual([[1, 'expired'], [2, 'succeeded']])
  expect(attempts[1]?.epoch).toBeGreaterThan(attempts[0]?.epoch ?? Infinity)
  expect(attempts.map((one) => one.agent === held.agent.name)).toEqual([true, false])
  expect(await reportAs(shop, held.agent.name, held, 'failed')).toEqual({ status: 409, code: 'stale_lease' })
  await endsRight(runId)

  held.agent.start()
  await until('the agent that was killed is back, and does not do the step again', 60_000, async () => (await isHeard(shop, held.agent.name)) && journalOf(shop, held) === 'lost')
})

test('an agent is frozen past its lease and wakes up late: nothing changes, and it works on', { timeout: longMs }, async () => {
  const { number } = await approvedPlan(shop)
  const runId = await startRollback(shop, number)
  const held = await heldStep(shop, runId, 'deploy:checkout:us')
  const below = descendantsOf(held.pid)
  process.kill(held.pid, 'SIGSTOP')
  try {
    await until('the agent is frozen', 5_000, async () => / T /.test(readFileSync(`/proc/${held.pid}/stat`, 'utf8')))
    await until('another agent begins the step', 60_000, async () => (await attemptsOf(shop, runId)).some((one) => one.key === 'deploy:checkout:us' && one.number === 2))
    // The guard is not frozen: it and its worker were dead before anybody else could begin. Only the spare ones are left.
    expect(below.filter((pid) => !lives(pid)).length).toBeGreaterThanOrEqual(2)
    await runSucceeds(shop, runId)
  } finally {
    process.kill(held.pid, 'SIGCONT')
  }
  await until('it says that it lost the step, or was refused', 60_000, async () => ['lost', 'told'].includes(journalOf(shop, held) ?? ''))
  expect(await reportAs(shop, held.agent.name, held)).toEqual({ status: 409, code: 'stale_lease' })
  const attempts = (await attemptsOf(shop, runId)).filter((one) => one.key === 'deploy:checkout:us')
  // The frozen one takes several steps at a time, and its open request may be handed this one once more; that lease runs out as well.
  expect(attempts[0]).toMatchObject({ outcome: 'expired', agent: held.agent.name })
  expect(attempts.slice(0, -1).every((one) => one.outcome === 'expired' && one.agent === held.agent.name)).toBe(true)
  expect([attempts.at(-1)?.outcome, attempts.at(-1)?.agent === held.agent.name]).toEqual(['succeeded', false])
  await endsRight(runId)
  expect(held.agent.pid()).toBe(held.pid)
  await until('it is heard of again', 30_000, () => isHeard(shop, held.agent.name))
})

test('the same with a service whose switch may not be repeated: the run stops and asks, and a person settles it', { timeout: longMs }, async () => {
  await shop.pipeline.send('PUT', '/api/v1/catalog', { ...catalog, services: catalog.services.map((service) => (service.name === 'checkout' ? { ...service, repeatable: false } : service)) })
  try {
    const { number } = await approvedPlan(shop)
    const casey = await shop.as('casey')
    const runId = await startRollback(shop, number)
    const held = await heldStep(shop, runId, 'deploy:checkout:us')
    await held.agent.end('SIGKILL')
    expect(lives(held.pid)).toBe(false)

    const paused = await until('the run pauses', 60_000, async () => {
      const run = await runOf(shop, runId)
      return run.status === 'paused' ? run : null
    })
    expect(paused.because).toContain('nobody knows whether deploy:checkout:us happened')
    expect(paused.because).toContain(`${held.agent.name} went silent`)
    const step = paused.regions.flatMap((region) => region.steps).find((one) => one.id === held.id)
    expect(step).toMatchObject({ status: 'indeterminate', repeatable: false })
    const attempts = await attemptsOf(shop, runId)
    await expect(casey.send('POST', `/api/v1/runs/${runId}/resume`)).rejects.toMatchObject({ status: 409 })
    await pause(4_000)
    // Nothing moves but the moment as of which it is said that nobody can say when it is over.
    expect({ ...(await runOf(shop, runId)), live: null }).toEqual({ ...paused, live: null })
    expect(await attemptsOf(shop, runId)).toEqual(attempts)

    await casey.send('POST', `/api/v1/steps/${held.id}/settle`, { happened: false, reason: 'the supervisor says that one instance still runs the other release' })
    await casey.send('POST', `/api/v1/runs/${runId}/resume`)
    await runSucceeds(shop, runId)
    await endsRight(runId)
    const [settled] = await shop.rows<{ n: number }>(`select count(*)::int as n from record where action = 'step.settle' and subject_id = $1`, [held.id])
    expect(settled?.n).toBe(1)
    held.agent.start()
  } finally {
    await shop.pipeline.send('PUT', '/api/v1/catalog', catalog)
  }
})

test('PostgreSQL is away for ten seconds: everybody says so, nothing is lost, and the run goes on by itself', { timeout: longMs }, async () => {
  const { number } = await approvedPlan(shop)
  const casey = await shop.as('casey')
  const heard: boolean[] = []
  const socket = io(shop.url, { path: '/live/', transports: ['websocket'], extraHeaders: { cookie: casey.cookie, origin: shop.center.publicUrl }, forceNew: true })
  socket.on('hello', ({ away }: { away: boolean }) => heard.push(away))
  socket.on('away', ({ away }: { away: boolean }) => heard.push(away))
  await until('the socket is greeted', 15_000, async () => heard[0] === false)
  await fetch(`${shop.url}/status`)
  const runId = await startRollback(shop, number)
  await heldStep(shop, runId, 'deploy:checkout:us')

  await shop.center.stopDatabase()
  const since = performance.now()
  await expect(shop.rows('select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await until('the socket is told', 8_000, async () => heard.at(-1) === true)
  const refused = await fetch(`${shop.url}/api/v1/runs/${runId}`, { headers: { cookie: casey.cookie } })
  expect([refused.status, refused.headers.get('content-type')]).toEqual([503, expect.stringContaining('application/problem+json')])
  expect(await refused.json()).toMatchObject({ status: 503, code: 'unavailable', detail: expect.any(String) })
  expect(await (await fetch(`${shop.url}/healthz`)).json()).toMatchObject({ alive: true, database: false })
  const page = await fetch(`${shop.url}/status`)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('We cannot read the newest status at the moment. What you see is from')
  await pause(Math.max(0, 10_000 - (performance.now() - since)))

  await shop.center.startDatabase()
  await until('the socket is told that it is back', 15_000, async () => heard.at(-1) === false)
  await runSucceeds(shop, runId)
  await endsRight(runId)
  expect(await (await fetch(`${shop.url}/healthz`)).json()).toMatchObject({ alive: true, database: true })
  socket.disconnect()
})
