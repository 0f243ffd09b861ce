import type { Browser, Page } from '@playwright/test'
import { expect, openAs, openBrowser, troublesOf } from './people.ts'
import type { devices } from './people.ts'
import { axeFaults, keepPicture, widerBy } from './sight.ts'

export interface Sight {
  name: string
  path: string
  /** Who looks; null is somebody who has not signed in. */
  who: string | null
  /** Kept as the window shows it, not at full length. */
  window?: boolean
}

/** What can be looked at while nothing has happened yet. */
export const standingPages: readonly Sight[] = [
  { name: 'situation', path: '/', who: 'casey' },
  { name: 'incidents', path: '/incidents', who: 'casey' },
  { name: 'approvals', path: '/approvals', who: 'priya' },
  { name: 'policy', path: '/policy', who: 'priya' },
  { name: 'fleet', path: '/fleet', who: 'casey' },
  { name: 'releases', path: '/releases', who: 'casey' },
  { name: 'criteria', path: '/criteria', who: 'casey' },
  { name: 'playbooks', path: '/playbooks', who: 'casey' },
  { name: 'agents', path: '/agents', who: 'casey' },
  { name: 'locks', path: '/locks', who: 'casey' },
  { name: 'records', path: '/records', who: 'audrey' },
  { name: 'me', path: '/me', who: 'casey' },
  { name: 'board', path: '/board', who: 'vera', window: true },
  { name: 'status', path: '/status', who: null },
  { name: 'sign-in', path: '/sign-in', who: null },
]

export type Look = { device: keyof typeof devices; colorScheme: 'light' | 'dark' }

export const everyLook: readonly Look[] = (['desktop', 'phone'] as const).flatMap((device) => (['dark', 'light'] as const).map((colorScheme) => ({ device, colorScheme })))

/** Each theme and each size once: enough for pages that the other looks are tried on too, at a livelier moment. */
export const twoLooks: readonly Look[] = [{ device: 'desktop', colorScheme: 'dark' }, { device: 'phone', colorScheme: 'light' }]

/** The page is there, and holds data rather than a placeholder for it. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator('main').first()).toBeVisible()
  await expect(page.locator('[aria-busy=true], .animate-pulse').filter({ visible: true })).toHaveCount(0)
  await page.evaluate(() => document.fonts.ready)
}

/** Looks at every page as a person would, keeps a picture, and returns what is wrong with any of them. */
export async function lookAt(browser: Browser, moment: string, sights: readonly Sight[], looks: readonly Look[]): Promise<string[]> {
  const wrong: string[] = []
  for (const look of looks) {
    const pages = new Map<string | null, Page>()
    for (const { name, path, who, window } of sights) {
      const page = pages.get(who) ?? (who === null ? await (await openBrowser(browser, look)).newPage() : await openAs(browser, who, look))
      pages.set(who, page)
      await page.goto(path)
      await settled(page)
      const wide = await widerBy(page)
      const faults = [...(await axeFaults(page)), ...(wide > 0 ? [`the page is ${wide} px wider than its window`] : [])]
      wrong.push(...faults.map((fault) => `${moment} ${name} ${look.device} ${look.colorScheme}: ${fault}`))
      await keepPicture(page, `${moment}-${name}-${look.device}-${look.colorScheme}`, !window)
    }
    for (const page of pages.values()) {
      wrong.push(...troublesOf(page).map((heard) => `${moment} ${look.device} ${look.colorScheme}: ${heard}`))
      await page.context().close()
    }
  }
  return wrong
}
