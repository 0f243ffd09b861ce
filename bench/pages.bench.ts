import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from '@playwright/test'
import { catalogOf } from '#demo/harbor.ts'
import { findChromium } from '#scripts/chromium.ts'
import { root } from '#scripts/files.ts'
import type { CenterAlone } from './support/center-alone.ts'
import { startCenterAlone } from './support/center-alone.ts'
import { publish, row } from './support/figure.ts'
import { machine } from './support/machine.ts'

/* How much JavaScript a page brings on its first load, compressed. */

const aimKb = 200
const settleMs = 4_000

const alone = await startCenterAlone('bench-pages', 3740, catalogOf(false))
try {
  const about = await machine(alone.center.superuserUrl())
  const casey = await alone.as('casey')
  const { number } = await casey.send<{ number: number }>('POST', '/api/v1/incidents', { title: 'Some orders fail at the last step', severity: 'SEV1', environment: 'production', services: ['checkout'] })
  const pages = [
    { role: 'ours', name: 'board', path: '/board' },
    { role: 'ours', name: 'incident with its decision card', path: `/incidents/${number}` },
    { role: 'ours', name: 'situation, the first page after signing in', path: '/' },
    { role: 'floor', name: 'public status page', path: '/status' },
  ] satisfies { role: 'ours' | 'floor'; name: string; path: string }[]
  const named: { role: 'ours' | 'floor'; name: string; kb: number; scripts: Script[] }[] = []
  for (const { role, name, path } of pages) {
    const scripts = await namedBy(alone, path, casey.cookie)
    named.push({ role, name, kb: total(scripts), scripts })
  }
  const seen = await inBrowser(alone, casey.cookie, pages.map(({ path }) => path))
  const aims = named.slice(0, 2).map(({ name, kb }) => ({ sentence: `${name}: at most ${aimKb} kB: ${kb.toFixed(1)} kB`, met: kb <= aimKb }))
  publish({
    figure: 'pages',
    title: 'JavaScript of a first load',
    how: 'The built pages as the server sends them to a signed-in person: every script that the page itself names, each compressed with gzip (level 6), in kB of 1,000 bytes. That is what has to be there before the page answers to a hand. Where there is a browser, also all that it fetched within four seconds of opening the page with an empty cache: charts, dialogs and what the socket needs come after the page. The floors are Next.js and React alone, and the public status page, which has next to nothing of its own.',
    machine: about,
    rows: [
      ...named.map(({ role, name, kb }) => row(role, `${name}: named by the page`, 'kB', [kb])),
      row('floor', 'Next.js and React alone: what every page of this build begins with', 'kB', [framework()]),
      ...(seen ? pages.map(({ role, name }, index) => row(role, `${name}: fetched by a browser`, 'kB', [seen[index] ?? Number.NaN])) : []),
    ],
    aims,
    notes: [
      ...named.slice(0, 2).map(({ name, scripts }) => `The largest of ${name}: ${scripts.toSorted((one, other) => other.bytes - one.bytes).slice(0, 6).map((script) => `${script.name} ${(script.bytes / 1000).toFixed(1)} kB`).join(', ')}.`),
      `The incident opened here has no breach. Where there is evidence, its drawing (recharts, ${drawing().toFixed(1)} kB) is fetched after the page.`,
      'On the way to 200 kB for the incident: the popovers of bell and person (floating-ui, about 16 kB) and the dialogs (about 13 kB) could come when they are opened; use-intl could have its messages compiled ahead (about 8 kB); tailwind-merge (about 7 kB) could go from the browser.',
      ...(seen ? [] : ['No browser was found on this machine, so that only what the pages name was counted.']),
    ],
  })
} finally {
  await alone.stop()
}
process.exit(0)

interface Script {
  name: string
  bytes: number
}

/** What Next.js puts before everything else, on every page. */
function framework(): number {
  const { rootMainFiles } = JSON.parse(readFileSync(join(root, '.next/build-manifest.json'), 'utf8')) as { rootMainFiles: string[] }
  return total(rootMainFiles.map((name) => ({ name, bytes: gzipSync(readFileSync(join(root, '.next', name)), { level: 6 }).length })))
}

/** The part that draws, wherever the build has put it. */
function drawing(): number {
  const folder = join(root, '.next/static/chunks')
  const bodies = readdirSync(folder).filter((name) => name.endsWith('.js')).map((name) => readFileSync(join(folder, name)))
  return bodies.filter((body) => body.includes('recharts')).reduce((sum, body) => sum + gzipSync(body, { level: 6 }).length, 0) / 1000
}

function total(scripts: readonly Script[]): number {
  return scripts.reduce((sum, { bytes }) => sum + bytes, 0) / 1000
}

/** What the page names: its scripts, and those it tells the browser to fetch ahead. */
async function namedBy({ center }: CenterAlone, path: string, cookie: string): Promise<Script[]> {
  const response = await fetch(center.url + path, { headers: { cookie }, redirect: 'manual' })
  if (response.status !== 200) throw new Error(`${path} answers ${response.status}`)
  const html = await response.text()
  // Old browsers get more: those tell by `nomodule`, and today's leave it alone.
  const tags = html.match(/<(?:script|link)\b[^>]*>/g)?.filter((tag) => !/\bnomodule\b/i.test(tag)) ?? []
  const addresses = new Set(tags.flatMap((tag) => /(?:src|href)="([^"]+\.js(?:\?[^"]*)?)"/.exec(tag)?.[1] ?? []))
  const scripts: Script[] = []
  for (const address of addresses) {
    const body = Buffer.from(await (await fetch(new URL(address, center.url))).arrayBuffer())
    scripts.push({ name: address.split('/').at(-1) ?? address, bytes: gzipSync(body, { level: 6 }).length })
  }
  if (scripts.length === 0) throw new Error(`${path} names no scripts`)
  return scripts
}

/** What a browser really fetches, page by page, each with an empty cache. */
async function inBrowser({ center }: CenterAlone, cookie: string, paths: readonly string[]): Promise<number[] | null> {
  const executablePath = findChromium()
  if (!executablePath) return null
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const sums: number[] = []
    for (const path of paths) {
      const context = await browser.newContext()
      await context.addCookies(cookie.split('; ').map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), url: center.publicUrl })))
      const page = await context.newPage()
      const bodies: Promise<number>[] = []
      page.on('response', (response) => {
        if (response.request().resourceType() === 'script') bodies.push(response.body().then((body) => gzipSync(body, { level: 6 }).length, () => 0))
      })
      await page.goto(center.publicUrl + path)
      await page.waitForTimeout(settleMs)
      sums.push((await Promise.all(bodies)).reduce((sum, bytes) => sum + bytes, 0) / 1000)
      await context.close()
    }
    return sums
  } finally {
    await browser.close()
  }
}
