import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe holds against this page, one line each; none is right. */
export async function axeFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(standards).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, any, all, none }) => `${id}: ${html.slice(0, 200)} :: ${[...any, ...all, ...none].map(({ message }) => message).join('; ').slice(0, 300)}`))
}

/** How many pixels a page is wider than its window. */
export const widerBy = (page: Page): Promise<number> => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth))

/** Keeps a picture for whoever changes a page and wants to see it as a person does. */
export async function keepPicture(page: Page, name: string, whole = true): Promise<void> {
  await page.screenshot({ path: join(import.meta.dirname, '.screenshots', `${name}.png`), fullPage: whole, animations: 'disabled' })
}

/** Puts a mark on the page that a reload would wipe away. */
export async function markPage(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { sameDocument: true }))
}

/** Whether the page is still the one that was marked: it changed without being loaded again. */
export const isSamePage = (page: Page): Promise<boolean> => page.evaluate(() => 'sameDocument' in window)

/** From now on keeps whatever a part of the page shows: what passes in a second is missed by looking now and then. */
export async function remember(page: Page, selector: string): Promise<void> {
  await page.evaluate((part) => {
    const kept = new Set<string>()
    const look = (): void => document.querySelectorAll(part).forEach((one) => void kept.add(one.textContent ?? ''))
    look()
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
    Object.assign(window, { remembered: () => [...kept] })
  }, selector)
}

/** All that `remember` has seen, once each, oldest first. */
export const remembered = (page: Page): Promise<string[]> => page.evaluate(() => (window as unknown as { remembered(): string[] }).remembered())
