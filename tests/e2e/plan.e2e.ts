import type { Locator, Page } from '@playwright/test'
import { seedPlans } from './control.ts'
import { everyLook, lookAt } from './every-page.ts'
import { expect, liveSign, test } from './people.ts'
import type { SeededPlans } from './seed-plans.ts'
import { keepPicture, widerBy } from './sight.ts'

/* What people see of a plan: its picture, its reasons, two of them side by side, on paper, and with a thousand steps. */

let plans: SeededPlans

test.beforeAll(async () => {
  plans = await seedPlans()
})

const picture = (page: Page): Locator => page.getByRole('group', { name: 'Steps by region over time' })
const block = (page: Page, name: string): Locator => picture(page).getByRole('button', { name: new RegExp(`: ${name}`) })

async function openPlan(page: Page, id: string): Promise<void> {
  await page.goto(`/plans/${id}`)
  await expect(liveSign(page)).toBeVisible()
}

for (const look of everyLook) {
  test(`the plan and the comparison are sound: ${look.device}, ${look.colorScheme}`, async ({ browser }) => {
    test.setTimeout(120_000)
    const sights = [{ name: 'plan', path: `/plans/${plans.after}`, who: 'casey' }, { name: 'compare', path: `/plans/compare?a=${plans.before}&b=${plans.after}`, who: 'casey' }]
    expect(await lookAt(browser, 'seeded', sights, [look])).toEqual([])
  })
}

test('regions are lanes, each with when it is back and how that stands to its limit, and what moves together is framed', async ({ as }) => {
  const page = await as('casey')
  await openPlan(page, plans.after)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('orders 2.1.0 → 2.0.3 in us, then eu')
  await expect(picture(page)).toContainText('Command center')
  for (const region of ['us', 'eu']) await expect(picture(page).getByText(region, { exact: true })).toBeVisible()
  await expect(picture(page).getByText(/miss its limit of 2 min/).first()).toBeVisible()
  await expect(picture(page).getByText(/^Moves together: orders 2.0.3 calls payments/).first()).toBeVisible()
  await expect(page.getByRole('main')).toContainText('For good: discount codes of orders')
  await expect(page.getByRole('main')).toContainText('broken already: ledger in eu calls payments')
})

test('every reason is readable without pointing at anything, and found by words', async ({ as }) => {
  const page = await as('casey')
  await openPlan(page, plans.after)
  const reasons = page.getByRole('region', { name: 'Why in this order' })
  await expect(reasons).toContainText('nothing is switched until every region holds all bytes')
  await page.getByRole('searchbox', { name: 'Find a step or a reason' }).fill('drop')
  await expect(page.getByText('No reason has these words.')).toBeVisible()
  await page.getByRole('searchbox', { name: 'Find a step or a reason' }).fill('search least traffic')
  await expect(reasons).toContainText('Switch search in eu waits for Look at what us serves of search')
  await expect(reasons.getByRole('listitem')).toHaveCount(1)
})

test('a step says exactly what would be executed and its reasons both ways; Escape leads back', async ({ as }) => {
  const page = await as('casey')
  await openPlan(page, plans.after)
  await block(page, 'Take back the schema of orders in us').click()
  const details = page.getByRole('region', { name: 'Take back the schema of orders in us' })
  await expect(details).toContainText('alter table orders drop column discount_code;')
  await expect(details).toContainText('no: a second time only on a person’s word')
  await expect(details).toContainText('select version = 6 from schema_version')
  await expect(details).toContainText('orders 2.1.0 cannot read schema 6, so none of it may run')
  await expect(details).toContainText('orders 2.0.3 reads schema 6 and not 7')
  await keepPicture(page, 'plan-step-desktop')
  await details.getByRole('button', { name: 'Switch orders in us' }).click()
  await expect(page.getByRole('region', { name: 'Switch orders in us' })).toContainText('digest: sha256:')
  await page.getByRole('button', { name: 'Back to all reasons' }).click()
  await expect(page.getByRole('region', { name: 'Why in this order' })).toBeVisible()
})

test('the picture is walked through without a mouse, and where the focus is can be seen', async ({ as }) => {
  const page = await as('casey')
  await openPlan(page, plans.after)
  await picture(page).focus()
  await page.keyboard.press('j')
  const focused = page.locator('[data-step]:focus')
  await expect(focused).toHaveCount(1)
  const names = new Set<string>()
  for (let step = 0; step < 40; step++) {
    names.add((await focused.getAttribute('data-step')) ?? '')
    await page.keyboard.press(step % 2 ? 'ArrowRight' : 'j')
  }
  expect(names.size).toBe(36)
  await expect(focused).toBeInViewport()
  expect(await focused.evaluate((one) => parseFloat(getComputedStyle(one).outlineWidth))).toBeGreaterThan(0)
  await page.keyboard.press('k')
  const key = await focused.getAttribute('data-step')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('region', { name: 'Why in this order' })).toBeVisible()
  await expect(page.locator('[data-step]:focus')).toHaveAttribute('data-step', key ?? '')
})

test('on a phone it is a list from first to last, with the same reasons and the same details', async ({ as }) => {
  const page = await as('casey', { device: 'phone' })
  await openPlan(page, plans.after)
  await expect(picture(page)).toHaveCount(0)
  const list = page.getByRole('list', { name: 'Steps in order' })
  await expect(list).toContainText('First')
  await expect(list).toContainText('Bring the bytes of orders to us')
  await expect(list).toContainText('the reconciler would undo the switch within a minute')
  const step = list.getByRole('listitem').filter({ has: page.getByText('Take back the schema of orders in us', { exact: true }) })
  await step.getByText('What exactly').tap()
  await expect(step).toContainText('alter table orders drop column discount_code;')
  expect(await widerBy(page)).toBe(0)
})

test('two plans side by side: what moves, steps, reasons and time differ, and what is alike is named', async ({ as }) => {
  const page = await as('casey')
  await page.goto(`/plans/compare?a=${plans.before}&b=${plans.after}`)
  const part = (name: string): Locator => page.getByRole('region', { name, exact: true })
  await expect(part('What moves')).toContainText('new search in us')
  await expect(part('Steps')).toContainText('Switch search in eu')
  await expect(part('Order and its reasons')).toContainText('eu waits: us must serve search 3.1.0 first')
  await expect(part('How long')).toContainText('all of it')
  await expect(page.getByRole('main')).toContainText('The same in both: What moves together, What is lost')
  await page.getByRole('link', { name: 'Swap' }).click()
  await expect(part('What moves')).toContainText('gone search in us')
})

test('on paper it is black on white: the hash, who and when, every step with its reasons and what it executes', async ({ as }) => {
  const page = await as('casey', { colorScheme: 'dark' })
  await openPlan(page, plans.after)
  await page.emulateMedia({ media: 'print' })
  const table = page.getByRole('main').getByRole('table').filter({ hasText: 'After, and why' })
  await expect(table.getByRole('row')).toHaveCount(37)
  await expect(table).toContainText('alter table orders drop column discount_code;')
  await expect(table).toContainText('traffic comes back when both are well')
  await expect(page.getByText(/sha256:[0-9a-f]{64}/).last()).toBeVisible()
  await expect(page.getByText(/proposed by the browser tests/)).toBeVisible()
  await expect(picture(page)).toBeHidden()
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe('rgb(255, 255, 255)')
  expect(await page.evaluate(() => getComputedStyle(document.querySelector('h1') ?? document.body).color)).toBe('rgb(0, 0, 0)')
  await keepPicture(page, 'plan-print')
  const pdf = await page.pdf({ format: 'A4' })
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  // Thirty-six steps with their parameters are more than two pages.
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeGreaterThan(2)
})

/** Scrolls a box to its end by the wheel's steps, one a frame; says how many elements there were at most, and how the frames came. */
const scrollThrough = (box: Locator): Promise<{ most: number; frames: number; longestMs: number; tookMs: number }> =>
  box.evaluate(async (element) => {
    let most = 0
    const times: number[] = []
    for (let top = -1; element.scrollTop !== top; ) {
      top = element.scrollTop
      element.scrollTop = top + 240
      times.push(await new Promise<number>((settle) => requestAnimationFrame(settle)))
      most = Math.max(most, document.querySelectorAll('*').length)
    }
    return { most, frames: times.length, longestMs: Math.round(times.reduce((longest, at, index) => Math.max(longest, index ? at - (times[index - 1] ?? at) : 0), 0)), tookMs: Math.round((times.at(-1) ?? 0) - (times[0] ?? 0)) }
  })

test('a plan of a thousand steps scrolls: only what is in view is in the page', async ({ as }) => {
  test.setTimeout(120_000)
  const page = await as('casey')
  await openPlan(page, plans.big)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('125 services in us, then eu')
  await expect(picture(page).getByRole('button').first()).toBeVisible()
  const down = await scrollThrough(picture(page))
  await expect(picture(page).getByText('service-125', { exact: true })).toBeVisible()
  await picture(page).evaluate((box) => void (box.scrollLeft = box.scrollWidth))
  await expect(block(page, 'Look at what eu serves of service-125')).toBeVisible()
  await keepPicture(page, 'plan-thousand-desktop', false)
  const reasons = await scrollThrough(page.getByRole('region', { name: 'Why in this order' }))
  await page.getByRole('button', { name: 'List', exact: true }).click()
  const list = await scrollThrough(page.locator('html'))
  for (const { most } of [down, reasons, list]) expect(most).toBeLessThan(1_500)
  console.log(`a thousand steps: picture ${JSON.stringify(down)}, reasons ${JSON.stringify(reasons)}, list ${JSON.stringify(list)}`)
})

test('with a thousand steps a key leads to the last one, wherever that is', async ({ as }) => {
  const page = await as('casey')
  await openPlan(page, plans.big)
  await picture(page).focus()
  await page.keyboard.press('End')
  await expect(page.locator('[data-step]:focus')).toHaveAttribute('data-step', /^verify:service-\d+:eu$/)
  await expect(page.locator('[data-step]:focus')).toBeInViewport()
  await page.keyboard.press('Home')
  await expect(page.locator('[data-step]:focus')).toHaveAttribute('data-step', /^(snapshot|stage):service-\d+:/)
})
