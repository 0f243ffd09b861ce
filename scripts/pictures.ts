import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { chromium } from '@playwright/test'
import { breakTheShop } from '#demo/break-the-shop.ts'
import { startStack, until } from '#demo/stack.ts'
import type { Stack } from '#demo/stack.ts'
import type { UpdateView } from '#lib/communications/view.ts'
import type { IncidentSummary, IncidentView } from '#lib/incidents/view.ts'
import type { RunView } from '#lib/orchestration/view.ts'
import { buildWhereStale } from './build.ts'
import { findChromium } from './chromium.ts'
import { root } from './files.ts'
import { dataFolder } from './postgres.ts'

/* `node scripts/pictures.ts`: the pictures of the documents, made anew from the running product and a real bad release. */

const folder = join(root, 'docs/images')
const name = 'pictures'
const most = 300 * 1024

interface Look {
  width: number
  height: number
  scheme?: 'light' | 'dark'
  phone?: boolean
}

const desk = { width: 1360, height: 850 }
const phone = { width: 390, height: 980, phone: true }

rmSync(dataFolder(name), { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
if ((await buildWhereStale()) !== 0) throw new Error('the pages could not be built')
const stack = await startStack({ name, port: Number(process.argv[2] ?? 3600), fleetPort: Number(process.argv[3] ?? 9100), seed: 7, phase: (what) => console.log(what) })
const executablePath = findChromium()
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox', '--disable-gpu'] })
try {
  await tell(stack, browser)
} finally {
  await browser.close()
  await stack.stop()
}

/** One incident, from the decision to the proof; each picture is taken when what it shows is true. */
async function tell(stack: Stack, browser: Browser): Promise<void> {
  const [casey, omar, priya, tomas, lena] = await Promise.all(['casey', 'omar', 'priya', 'tomas', 'lena'].map((who) => stack.as(who))) as [P, P, P, P, P]
  // What comes after is measured against what was before: there has to be a before.
  const begun = performance.now()
  await until('the shop has been well for 40 s', 60_000, () => Promise.resolve(performance.now() - begun > 40_000))
  const version = await breakTheShop(stack, 'errors')
  const { number } = await until('an incident about checkout is open', 240_000, async () => (await casey.get<IncidentSummary[]>('/api/v1/incidents?status=open')).find((one) => one.title.startsWith('checkout')))
  const look = (): Promise<IncidentView> => casey.get<IncidentView>(`/api/v1/incidents/by-number/${number}`)
  const incident = await until(`both regions are in breach of ${version}, and a plan covers them`, 240_000, async () => {
    const now = await look()
    return now.plan && now.plan.moves.length === 2 && new Set(now.breaches.map((breach) => breach.region)).size === 2 ? now : null
  })
  const plan = incident.plan as NonNullable<IncidentView['plan']>

  await casey.send('POST', `/api/v1/seats/${incident.id}/take`, { term: incident.seat.term })
  const { requestId } = await omar.send<{ requestId: string }>('POST', `/api/v1/plans/${plan.id}/submit`, { hash: plan.hash })
  const vote = (who: P): Promise<unknown> => who.send('POST', `/api/v1/approvals/${requestId}/votes`, { vote: 'approve', planHash: plan.hash, reason: '' })
  await vote(priya)
  for (const scheme of ['light', 'dark'] as const) await take(`incident-${scheme}`, await open(browser, stack, tomas, `/incidents/${number}`, { ...desk, height: 1_180, scheme }))
  await take('decision-phone', await open(browser, stack, tomas, '/approvals', { ...phone, scheme: 'dark' }))
  const draft = await until('a draft for the public is there', 60_000, async () => (await lena.get<UpdateView[]>(`/api/v1/updates?incidentId=${incident.id}`)).find((one) => one.audience === 'public' && one.status === 'draft'))
  await lena.send('POST', `/api/v1/updates/${draft.id}/approve`, { textDigest: draft.textDigest })
  await lena.send('POST', `/api/v1/updates/${draft.id}/publish`, { textDigest: draft.textDigest })
  await take('status', await open(browser, stack, null, '/status', { ...desk, height: 700 }))

  await vote(tomas)
  const board = await open(browser, stack, casey, '/board?kiosk', { ...desk, height: 765, scheme: 'dark' })
  const { runId } = await casey.send<{ runId: string }>('POST', '/api/v1/runs', { planId: plan.id, hash: plan.hash })
  const run = await open(browser, stack, casey, `/runs/${runId}`, desk)
  await until('a region is being switched', 120_000, async () => {
    const { regions } = await casey.get<RunView>(`/api/v1/runs/${runId}`)
    return regions.some(({ steps }) => steps.some((step) => step.stepKind === 'deploy' && step.status === 'leased'))
  })
  await take('run', run)
  await take('board', board)
  const verdict = await until('validation has its verdict', 300_000, async () => (await look()).validation?.verdict)
  if (verdict !== 'pass') throw new Error(`the picture of the proof needs a pass, and the verdict is ${verdict}; is this machine busy with something else?`)
  await take('proof', await open(browser, stack, casey, `/runs/${runId}`, { ...desk, height: 1_180 }))
}

type P = Awaited<ReturnType<Stack['as']>>

async function open(browser: Browser, stack: Stack, person: P | null, path: string, { width, height, scheme = 'light', phone: isPhone = false }: Look): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC', ...(isPhone ? { isMobile: true, hasTouch: true, deviceScaleFactor: 2 } : {}) })
  const pair = (text: string): { name: string; value: string; url: string } => ({ name: text.slice(0, text.indexOf('=')), value: text.slice(text.indexOf('=') + 1), url: stack.center.publicUrl })
  if (person) await context.addCookies(person.cookie.split('; ').map(pair))
  const page = await context.newPage()
  await page.goto(stack.center.publicUrl + path, { timeout: 60_000 })
  await page.getByRole('main').waitFor({ timeout: 60_000 })
  if (person) await page.getByText('live', { exact: true }).first().waitFor({ timeout: 60_000 })
  return page
}

async function take(file: string, page: Page): Promise<void> {
  // Charts measure their place after they are shown.
  await page.waitForTimeout(1_500)
  const to = join(folder, `${file}.png`)
  await page.screenshot({ path: to })
  await page.context().close()
  const { size } = statSync(to)
  console.log(`${to} (${Math.round(size / 1024)} kB)`)
  if (size > most) throw new Error(`${file}.png has ${Math.round(size / 1024)} kB, and at most ${most / 1024} are wanted: choose a smaller view`)
}
