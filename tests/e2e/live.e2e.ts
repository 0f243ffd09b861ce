import type { Page } from '@playwright/test'
import { killServer, startServer } from './control.ts'
import { expect, hire, liveSign, signInHere, speakAs, test, troublesOf } from './people.ts'
import { isSamePage, markPage } from './sight.ts'

/* Staying live, coming back, and being cut off. */

/** What the browser itself says about a server that is away or a session that has ended is no fault of the page. */
const forgiveNetwork = (page: Page): void => {
  const heard = troublesOf(page)
  heard.splice(0, heard.length, ...heard.filter((line) => !/Failed to load resource|WebSocket connection|net::ERR_/.test(line)))
}

test('without a session every page leads to sign-in and from there back', async ({ nobody }) => {
  const page = await nobody()
  for (const path of ['/fleet', '/approvals', '/records', '/incidents', '/board']) {
    await page.goto(path)
    await expect(page).toHaveURL(new RegExp(`/sign-in\\?next=${encodeURIComponent(path)}(%3F)?$`))
  }
  await page.goto('/approvals')
  await signInHere(page, 'omar', 'not the password')
  await expect(page.getByRole('alert').filter({ hasText: 'E-mail or password is wrong' })).toBeVisible()
  await expect(page.getByLabel('E-mail')).toHaveValue('omar@harbor.example')
  forgiveNetwork(page)
  await signInHere(page, 'omar')
  await expect(page).toHaveURL('/approvals')
  await expect(page.getByRole('heading', { level: 1, name: 'Approvals' })).toBeVisible()
})

for (const next of ['//evil.example', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)', '/\t/evil.example']) {
  test(`sign-in never leads away: ${JSON.stringify(next)}`, async ({ nobody }) => {
    const page = await nobody()
    await page.route((url) => url.host === 'evil.example', (route) => route.fulfill({ body: 'elsewhere' }))
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    const here = new URL(page.url()).host
    await signInHere(page, 'omar')
    await expect(page.getByRole('navigation', { name: 'Places' }).first()).toBeVisible()
    expect(new URL(page.url()).host).toBe(here)
  })
}

test('two pages of one query both stay live when the other is left', async ({ as }) => {
  const first = await as('casey')
  await first.goto('/criteria')
  await expect(liveSign(first)).toBeVisible()
  const second = await first.context().newPage()
  await second.goto('/fleet')
  const third = await first.context().newPage()
  await third.goto('/fleet')
  for (const page of [second, third]) await expect(page.getByRole('article', { name: 'checkout in eu, production' }).filter({ visible: true })).toBeVisible()
  // Within one page too: the palette's list and the situation follow the same query as the bar does.
  await second.getByRole('link', { name: 'Situation' }).filter({ visible: true }).click()
  await expect(second.getByRole('heading', { level: 1 })).toBeVisible()
  await third.close()
  for (const page of [first, second]) await expect(liveSign(page)).toBeVisible()
  const seen = second.getByText(/^seen /).first()
  await second.goto('/fleet')
  const aged = await seen.textContent()
  await expect(seen).not.toHaveText(aged ?? '', { timeout: 15_000 })
})

test('leaving a page and coming back finds it current', async ({ as }) => {
  const page = await as('casey')
  await page.goto('/')
  await markPage(page)
  const places = page.getByRole('navigation', { name: 'Places' }).filter({ visible: true })
  for (const name of ['Fleet', 'Agents', 'Fleet', 'Situation']) await places.getByRole('link', { name }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByText('4 of 4 report')).toBeVisible()
  await expect(liveSign(page)).toBeVisible()
  expect(await isSamePage(page)).toBe(true)
})

test('signing out in one tab ends the other within five seconds', async ({ nobody }) => {
  const { name } = await hire('responder')
  const page = await nobody()
  await page.goto('/sign-in')
  await signInHere(page, name)
  await expect(page).toHaveURL('/')
  const other = await page.context().newPage()
  await other.goto('/fleet')
  await expect(liveSign(other)).toBeVisible()
  await page.getByRole('button', { name: /^You/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(other.getByText('You are signed out.')).toBeVisible({ timeout: 5_000 })
  await expect(page).toHaveURL('/sign-in')
  await other.getByRole('link', { name: 'Sign in again' }).click()
  await expect(other).toHaveURL('/sign-in?next=%2Ffleet')
  forgiveNetwork(other)
})

test('whoever is shut out is cut off within five seconds, and cannot come back', async ({ nobody }) => {
  const { name, personId, ada } = await hire('responder')
  const page = await nobody()
  await page.goto('/sign-in')
  await signInHere(page, name)
  await expect(page).toHaveURL('/')
  await expect(liveSign(page)).toBeVisible()
  await ada.send('POST', `/api/v1/people/${personId}/disable`, { reason: 'has left Harbor' })
  await expect(page.getByText('You are signed out.')).toBeVisible({ timeout: 5_000 })
  await page.goto('/fleet')
  await expect(page).toHaveURL('/sign-in?next=%2Ffleet')
  await signInHere(page, name)
  await expect(page.getByRole('alert').filter({ hasText: 'E-mail or password is wrong' })).toBeVisible()
  forgiveNetwork(page)
})

test('the server dies and comes back: the page says so, keeps what it showed, and catches up without a reload', async ({ as }) => {
  const page = await as('casey')
  await page.goto('/')
  await expect(liveSign(page)).toBeVisible()
  await expect(page.getByText('4 of 4 report')).toBeVisible()
  await markPage(page)
  try {
    await killServer()
    await expect(page.getByText('reconnecting…')).toBeVisible({ timeout: 5_000 })
    await expect(page.getByText('The connection was lost; we are trying to get it back.')).toBeVisible()
    await expect(page.getByText('4 of 4 report')).toBeVisible()
  } finally {
    await startServer()
  }
  await expect(liveSign(page)).toBeVisible({ timeout: 15_000 })
  await expect(page.getByText('The connection was lost')).toBeHidden()
  // What happens after its return reaches the page as before.
  const casey = await speakAs('casey')
  const { approvals } = await casey.get<{ approvals: unknown[] }>('/api/v1/situation')
  expect(approvals).toEqual([])
  await expect(page.getByText('4 of 4 report')).toBeVisible({ timeout: 30_000 })
  expect(await isSamePage(page)).toBe(true)
  forgiveNetwork(page)
})
