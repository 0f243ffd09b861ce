import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from '@playwright/test'
import { test as base, expect } from '@playwright/test'
import type { Person } from '#demo/person.ts'
import { signIn } from '#demo/person.ts'
import { browserFolder, place } from './place.ts'

export { expect } from '@playwright/test'

/** What a person holds in the hand, or has on the wall. */
export const devices = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  wall: { viewport: { width: 1920, height: 1080 } },
} satisfies Record<string, BrowserContextOptions>

export interface Seat {
  device?: keyof typeof devices
  colorScheme?: 'light' | 'dark'
}

const settings = ({ device = 'desktop', colorScheme = 'light' }: Seat): BrowserContextOptions => ({ ...devices[device], colorScheme, baseURL: place().url, locale: 'en-GB', timezoneId: 'Europe/Amsterdam' })

const troubles = new WeakMap<BrowserContext, string[]>()

/** Everything that this browser's console called an error, and every exception nobody caught. */
export const troublesOf = (page: Page): string[] => troubles.get(page.context()) ?? []

function listen(context: BrowserContext): BrowserContext {
  const heard: string[] = []
  troubles.set(context, heard)
  context.on('console', (message) => {
    if (message.type() === 'error') heard.push(`${message.page()?.url() ?? ''}: ${message.text().slice(0, 400)} (${message.location().url})`)
  })
  context.on('weberror', (error) => heard.push(`${error.page()?.url() ?? ''}: ${error.error().message.slice(0, 400)}`))
  return context
}

export const emailOf = (name: string): string => `${name}@harbor.example`

/** Types e-mail and password into the real page. */
export async function signInHere(page: Page, name: string, password = place().password): Promise<void> {
  await page.getByLabel('E-mail').fill(emailOf(name))
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** The sign that the page has woken up and follows the server: before, no key is listened to. */
export const liveSign = (page: Page): Locator => page.getByRole('status').filter({ hasText: /^live$/ })

/** A browser of its own in which nobody has signed in. */
export const openBrowser = async (browser: Browser, seat: Seat = {}, more: BrowserContextOptions = {}): Promise<BrowserContext> => listen(await browser.newContext({ ...settings(seat), ...more }))

/** A page of somebody who has signed in: once by hand per run, afterwards with the session that gave. */
export async function openAs(browser: Browser, name: string, seat: Seat = {}): Promise<Page> {
  const storageState = join(browserFolder(), `${name}.json`)
  if (!existsSync(storageState)) {
    const first = await browser.newContext(settings({}))
    const page = await first.newPage()
    await page.goto('/sign-in')
    await signInHere(page, name)
    await page.waitForURL((url) => url.pathname === '/')
    await first.storageState({ path: storageState })
    await first.close()
  }
  return (await openBrowser(browser, seat, { storageState })).newPage()
}

/** The same person without a screen, over the API. */
export const speakAs = (name: string): Promise<Person> => signIn(place().url, place().url, emailOf(name), place().password)

/** Somebody new, so that a test may sign this person out or shut the account without taking anyone else's session. */
export async function hire(...roles: string[]): Promise<{ name: string; personId: string; ada: Person }> {
  const ada = await speakAs('ada')
  const name = `newcomer-${crypto.randomUUID().slice(0, 8)}`
  const { personId } = await ada.send<{ personId: string }>('POST', '/api/v1/people', { name: 'Kim Newcomer', email: emailOf(name), password: place().password, grants: roles.map((role) => ({ role })) })
  return { name, personId, ada }
}

interface Fixtures {
  /** Opens a page as this person. Nothing may go wrong in its console. */
  as: (name: string, seat?: Seat) => Promise<Page>
  /** Opens a page of nobody, in a browser of its own. */
  nobody: (seat?: Seat, more?: BrowserContextOptions) => Promise<Page>
}

export const test = base.extend<Fixtures & { opened: Page[] }>({
  opened: async ({}, use) => {
    const pages: Page[] = []
    await use(pages)
    const heard = pages.flatMap(troublesOf)
    for (const page of pages) await page.context().close()
    expect(heard, 'nothing goes wrong in the console').toEqual([])
  },
  as: async ({ browser, opened }, use) => {
    await use(async (name, seat) => {
      const page = await openAs(browser, name, seat)
      opened.push(page)
      return page
    })
  },
  nobody: async ({ browser, opened }, use) => {
    await use(async (seat, more) => {
      const page = await (await openBrowser(browser, seat, more)).newPage()
      opened.push(page)
      return page
    })
  },
})
