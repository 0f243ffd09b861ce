import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fleet, startFleet } from './fleet.ts'
import { allPorts, isFree, layOut } from './ports.ts'
import { call } from './shared/call.ts'
import { until } from './until.ts'

// PostgreSQL may run under an account of its own, which must be able to enter.
const dir = mkdtempSync(join(tmpdir(), 'harbor-'))
chmodSync(dir, 0o755)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Below the ports that outgoing connections get, so that nobody takes one in between. */
async function freeBase(): Promise<number> {
  for (let base = 20_000 + (process.pid % 50) * 200; base < 32_000; base += 200) {
    if ((await Promise.all(allPorts(layOut(base), 6).map(isFree))).every(Boolean)) return base
  }
  throw new Error('no free ports between 20000 and 32000')
}

/** Every process whose command line names this folder. */
const living = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => Number(pid) !== process.pid)
    .map(commandOf)
    .filter((command) => command.includes(folder))

const order = (fleet: Fleet) => call('POST', `${fleet.places.eu.gatewayUrl}/checkout/orders`, { body: { sku: 'mug', quantity: 1, amountCents: 1_250 }, timeoutMs: 6_000 })

async function statuses(fleet: Fleet, orders: number): Promise<number[]> {
  const outcomes = await Promise.all(Array.from({ length: orders }, () => order(fleet)))
  return outcomes.map((outcome) => (outcome.kind === 'answered' ? outcome.status : 0))
}

describe('Harbor', () => {
  let fleet: Fleet
  let base: number
  const folder = join(dir, 'one')

  beforeAll(async () => {
    base = await freeBase()
    fleet = await startFleet({ dir: folder, portBase: base, seed: 7, log: () => {} })
  })
  afterAll(() => fleet?.stop())

  test('customers buy in both regions without errors', async () => {
    const { regions } = await fleet.stats()
    for (const region of ['eu', 'us'] as const) {
      expect(regions[region]?.ok).toBeGreaterThan(20)
      for (const service of ['storefront', 'checkout', 'payments'] as const) expect(await fleet.running(service, region)).toMatchObject([{ version: '1.4.2' }])
    }
  })

  test('replacing a release with a good one costs no customer an error', async () => {
    const before = await fleet.stats()
    for (const service of ['payments', 'checkout', 'storefront'] as const) await fleet.deploy(await fleet.artifact(service, '1.4.3'), 'us')
    const after = await fleet.stats()
    expect(await fleet.running('checkout', 'us')).toMatchObject([{ version: '1.4.3' }])
    expect(after.regions['us']?.byCode).toEqual(expect.objectContaining({ 201: expect.any(Number) as number }))
    expect((after.regions['us']?.failed ?? 0) - (before.regions['us']?.failed ?? 0)).toBe(0)
  })

  test('a bad release fails orders after its moment, and the way back heals', async () => {
    const good = await fleet.artifact('checkout', '1.4.2')
    const bad = await fleet.artifact('checkout', '1.5.0', { kind: 'errors', share: 0.3, afterMs: 1_500 })
    await fleet.deploy(bad, 'eu')
    expect(await fleet.running('checkout', 'eu')).toEqual([{ version: '1.5.0', digest: bad.digest }])
    await until(10_000, async () => ((await statuses(fleet, 20)).includes(500) ? true : 'no order failed'))
    await until(15_000, async () => (((await fleet.stats()).regions['eu']?.byCode['502'] ?? 0) > 0 ? true : 'no customer met an error'))
    const metrics = await call('GET', `${fleet.places.eu.gatewayUrl}/-/metrics`, { timeoutMs: 2_000 })
    expect(metrics.kind === 'answered' && metrics.body).toMatch(/gateway_requests_total\{service="checkout",code="500"\} [1-9]/)
    await fleet.deploy(good, 'eu')
    expect(await fleet.running('checkout', 'eu')).toEqual([{ version: '1.4.2', digest: good.digest }])
    expect(new Set(await statuses(fleet, 60))).toEqual(new Set([201]))
  })

  test('a slow release is slow', async () => {
    const good = await fleet.artifact('checkout', '1.4.2')
    await fleet.deploy(await fleet.artifact('checkout', '1.5.0', { kind: 'latency', afterMs: 0, leastMs: 400, mostMs: 900 }), 'eu')
    const began = performance.now()
    expect(await statuses(fleet, 1)).toEqual([201])
    expect(performance.now() - began).toBeGreaterThanOrEqual(400)
    await fleet.deploy(good, 'eu')
  })

  test('a crash loop is started again and again, with growing pauses', async () => {
    const good = await fleet.artifact('checkout', '1.4.2')
    await fleet.deploy(await fleet.artifact('checkout', '1.5.0', { kind: 'crash-loop', afterMs: 500, orders: 2 }), 'eu')
    await until(20_000, async () => ((await fleet.instances('checkout', 'eu')).some(({ restarts }) => restarts >= 2) ? true : 'nothing crashed twice'))
    await fleet.deploy(good, 'eu')
    expect(new Set(await statuses(fleet, 40))).toEqual(new Set([201]))
  })

  test('an instance that is killed comes back as the same release', async () => {
    const [before] = await fleet.instances('payments', 'eu')
    if (!before?.pid) throw new Error('payments-1 does not run')
    process.kill(before.pid, 'SIGKILL')
    await until(10_000, async () => {
      const now = (await fleet.instances('payments', 'eu')).find(({ id }) => id === before.id)
      return now?.state === 'healthy' && now.pid !== before.pid && now.restarts > before.restarts && now.digest === before.digest ? true : `payments-1 is ${now?.state}`
    })
  })

  test('a supervisor that is killed comes back and brings its instances back', async () => {
    const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && commandOf(name).includes(`supervisor/main.ts ${join(folder, 'supervisor-us.json')}`))
    process.kill(Number(pid), 'SIGKILL')
    await until(15_000, async () => {
      const seen = await fleet.instances('checkout', 'us').catch(() => [])
      return seen.length === 2 && seen.every(({ state, version }) => state === 'healthy' && version === '1.4.3') ? true : `checkout in us: ${JSON.stringify(seen)}`
    })
    await until(5_000, async () => ((await fleet.running('checkout', 'us'))[0]?.version === '1.4.3' ? true : 'customers do not come through'))
  })

  describe('its supervisor', () => {
    const at = (path: string): string => `${fleet.places.eu.supervisorUrl}${path}`
    const unknown = `sha256:${'0'.repeat(64)}`

    test('refuses bytes that are not what they are called', async () => {
      expect(await call('PUT', at(`/artifacts/${unknown}`), { body: Buffer.from('x'), timeoutMs: 2_000 })).toMatchObject({ status: 422 })
      expect(await call('HEAD', at(`/artifacts/${unknown}`), { timeoutMs: 2_000 })).toMatchObject({ status: 404 })
    })

    test('refuses to switch to what is not staged, and an instance that is not there', async () => {
      const body = { digest: unknown, version: '9.9.9', timeoutMs: 1_000 }
      expect(await call('POST', at('/services/checkout/instances/checkout-1/switch'), { body, timeoutMs: 5_000 })).toMatchObject({ status: 409 })
      expect(await call('POST', at('/services/checkout/instances/checkout-9/switch'), { body, timeoutMs: 5_000 })).toMatchObject({ status: 404 })
    })

    test('switches one instance of a service at a time', async () => {
      const [good, better] = [await fleet.artifact('storefront', '1.4.2'), await fleet.artifact('storefront', '1.4.3')]
      await fleet.deploy(better, 'eu')
      const to = (id: string) => call('POST', at(`/services/storefront/instances/${id}/switch`), { body: { digest: good.digest, version: good.version, timeoutMs: 10_000 }, timeoutMs: 20_000 })
      const answers = (await Promise.all([to('storefront-1'), to('storefront-2')])).map((outcome) => (outcome.kind === 'answered' ? outcome.status : outcome.kind))
      expect(answers.sort()).toEqual([200, 409])
      await fleet.deploy(good, 'eu')
    })

    test('closes, stops, starts all at once and opens; a closed service stays closed over a crash, and nothing of it is done to an open one', async () => {
      const to = await fleet.artifact('payments', '1.4.3')
      const ask = (verb: string, body: object = {}) => call('POST', at(`/services/payments/${verb}`), { body, timeoutMs: 20_000 })
      const seen = async (verb: string, body: object = {}) => {
        const outcome = await ask(verb, body)
        return outcome.kind === 'answered' ? { status: outcome.status, ...(JSON.parse(outcome.body) as { because?: string; open?: boolean; instances?: { state: string; version: string }[] }) } : outcome
      }
      const users = async () => (await call('GET', `${fleet.places.eu.gatewayUrl}/payments/version`, { timeoutMs: 2_000 })) as { status: number; headers: Record<string, string> }
      expect(await seen('stop')).toMatchObject({ status: 409, because: 'users are let into payments; drain it first' })
      expect(await seen('start', to)).toMatchObject({ status: 409 })
      expect(await seen('drain', { timeoutMs: 10_000 })).toMatchObject({ status: 200, open: false })
      expect(await users()).toMatchObject({ status: 503, headers: { 'retry-after': '2' } })
      expect(await seen('stop')).toMatchObject({ status: 200, instances: [{ state: 'stopped' }, { state: 'stopped' }] })
      expect(await seen('open')).toMatchObject({ status: 409, because: 'every instance of payments is stopped; start them first' })

      for (const script of ['supervisor/main.ts', 'gateway/main.ts']) {
        const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandOf(name).includes(script) && commandOf(name).includes(folder))
        for (const pid of pids) process.kill(Number(pid), 'SIGKILL')
      }
      await until(15_000, async () => {
        const now = await fleet.instances('payments', 'eu').catch(() => [])
        const [before] = await fleet.instances('checkout', 'eu').catch(() => [])
        const answer = await users()
        return now.length === 2 && before?.state === 'healthy' && answer.status === 503 ? true : `payments: ${JSON.stringify(now)}, users meet ${JSON.stringify(answer)}`
      })
      expect(await fleet.instances('payments', 'eu')).toMatchObject([{ state: 'stopped', version: '1.4.2' }, { state: 'stopped', version: '1.4.2' }])
      expect((await users()).headers).toHaveProperty('retry-after')

      expect(await call('PUT', at(`/artifacts/${to.digest}`), { body: readFileSync(join(folder, 'store', `${to.digest.replace(':', '-')}.tgz`)), timeoutMs: 10_000 })).toMatchObject({ status: 201 })
      expect(await seen('start', { digest: to.digest, version: to.version, timeoutMs: 20_000 })).toMatchObject({ status: 200, open: false, instances: [{ state: 'healthy', version: '1.4.3' }, { state: 'healthy', version: '1.4.3' }] })
      expect(await users()).toMatchObject({ status: 503 })
      expect(await seen('open')).toMatchObject({ status: 200, open: true })
      expect(await fleet.running('payments', 'eu')).toMatchObject([{ version: '1.4.3' }])
      await fleet.deploy(await fleet.artifact('payments', '1.4.2'), 'eu')
    })

    test('names secrets and never shows them', async () => {
      const outcome = await call('GET', at('/services/checkout/config'), { timeoutMs: 2_000 })
      expect(outcome.kind === 'answered' && JSON.parse(outcome.body)).toEqual({ config: { CURRENCY: 'EUR', TZ: 'UTC' }, secrets: ['DATABASE_URL'] })
    })
  })

  test('stops without leaving a process, and starts again as it was', async () => {
    await fleet.stop()
    await until(3_000, () => Promise.resolve(living(folder).length === 0 ? true : living(folder).join('\n')))
    fleet = await startFleet({ dir: folder, portBase: base, seed: 7, log: () => {} })
    expect(await fleet.running('checkout', 'us')).toMatchObject([{ version: '1.4.3' }])
    expect(await fleet.running('checkout', 'eu')).toMatchObject([{ version: '1.4.2' }])
    await fleet.stop()
    await until(3_000, () => Promise.resolve(living(folder).length === 0 ? true : living(folder).join('\n')))
  })
})

test('when whoever started it is killed, everything ends', async () => {
  const folder = join(dir, 'two')
  const base = await freeBase()
  const script = join(dir, 'start.ts')
  writeFileSync(script, `import { startFleet } from '${join(import.meta.dirname, 'fleet.ts')}'\nawait startFleet({ dir: '${folder}', portBase: ${base}, seed: 1, log: () => {} })\nconsole.log('started')\n`)
  const parent: ChildProcess = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((settle, fail) => {
    parent.stdout?.once('data', () => settle())
    parent.once('exit', (code) => fail(new Error(`it ended with ${code}`)))
  })
  expect(living(folder).length).toBeGreaterThan(15)
  await expect(startFleet({ dir: join(dir, 'three'), portBase: base, seed: 1, log: () => {} })).rejects.toThrow('is in use: is another Harbor running? Choose another port base')
  parent.removeAllListeners('exit')
  parent.kill('SIGKILL')
  await until(12_000, () => Promise.resolve(living(folder).length === 0 ? true : living(folder).join('\n')))
})

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
