import type { Browser, Locator, Page } from '@playwright/test'
import { test } from '@playwright/test'
import type { IncidentView } from '#lib/incidents/view.ts'
import { breakTheShop } from './control.ts'
import { everyLook, lookAt, standingPages, twoLooks } from './every-page.ts'
import { hold, holdKey, press } from './hold.ts'
import type { Seat } from './people.ts'
import { expect, liveSign, openAs, openBrowser, speakAs, troublesOf } from './people.ts'
import { axeFaults, isSamePage, keepPicture, markPage, remember, remembered, widerBy } from './sight.ts'

/* One incident from the first bad order to the last word, through the screens of those who live through it. */

test.describe.configure({ mode: 'serial' })

/** Open from the beginning to the end, and never loaded anew. */
let situation: Page
let fleet: Page
let board: Page
let casey: Page
let omar: Page
const everyone: Page[] = []
let number = 0
let incidentPath = ''
let runPath = ''
let version = ''

const enter = async (browser: Browser, name: string, seat?: Seat): Promise<Page> => {
  const page = await openAs(browser, name, seat)
  everyone.push(page)
  return page
}

const main = (page: Page): Locator => page.getByRole('main')
const decision = (page: Page): Locator => page.getByRole('region').filter({ has: page.locator('#decision') })
const stage = (page: Page): Locator => page.getByRole('list', { name: 'How far it is' }).locator('[aria-current=step]')
const incident = async (): Promise<IncidentView> => (await speakAs('casey')).get<IncidentView>(`/api/v1/incidents/by-number/${number}`)

test.beforeAll(async ({ browser }) => {
  test.setTimeout(90_000)
  situation = await enter(browser, 'vera', { colorScheme: 'light' })
  fleet = await enter(browser, 'audrey', { colorScheme: 'dark' })
  board = await enter(browser, 'vera', { device: 'wall', colorScheme: 'dark' })
  casey = await enter(browser, 'casey', { device: 'phone', colorScheme: 'dark' })
  omar = await enter(browser, 'omar')
})

test.afterAll(async () => {
  for (const page of everyone) await page.context().close()
})

test('all is quiet, and empty places say what they are for', async () => {
  await situation.goto('/')
  await fleet.goto('/fleet')
  await board.goto('/board?kiosk')
  await casey.goto('/')
  await omar.goto('/incidents')
  for (const page of [situation, fleet, board]) await markPage(page)
  await expect(situation.getByRole('heading', { level: 1, name: 'All quiet' })).toBeVisible({ timeout: 30_000 })
  await expect(main(situation)).toContainText('when one is breached, an incident opens here by itself')
  await expect(main(board)).toContainText('All quiet')
  await expect(fleet.getByRole('article', { name: 'checkout in eu, production' }).filter({ visible: true })).toContainText('1.4.2')
  await expect(main(omar)).toContainText('No incident yet')
  await expect(main(omar)).toContainText('A rule in breach opens one by itself')
  expect(await axeFaults(board)).toEqual([])
})

test('a pipeline deploys a release that goes bad: situation, fleet and board say so by themselves', async () => {
  test.setTimeout(180_000)
  version = await breakTheShop()
  for (const region of ['eu', 'us']) {
    const cell = fleet.getByRole('article', { name: `checkout in ${region}, production` }).filter({ visible: true })
    await expect(cell).toContainText(version, { timeout: 90_000 })
  }
  await expect(situation.getByRole('heading', { level: 1, name: 'One incident is live' })).toBeVisible({ timeout: 90_000 })
  await expect(situation.getByRole('navigation', { name: 'Places' }).first()).toContainText('1 live')
  await expect(fleet.getByRole('article', { name: /^checkout in/ }).filter({ visible: true, hasText: 'bad' }).first()).toBeVisible({ timeout: 30_000 })
  await expect(stage(board)).toContainText(/Noticed|Deciding/)
  await expect(main(board)).toContainText('SEV1')
  await expect(omar.getByText('No incident yet')).toBeHidden()
  for (const page of [situation, fleet, board]) expect(await isSamePage(page)).toBe(true)
  incidentPath = (await situation.getByRole('region', { name: 'Incidents' }).getByRole('link', { name: `checkout ${version}` }).getAttribute('href')) ?? ''
  number = Number(incidentPath.split('/').at(-1))
  expect(number).toBeGreaterThan(0)
})

test('on a phone the decision comes first: what is wrong, what happens, what is lost, how long', async () => {
  await casey.getByRole('article').getByRole('link', { name: `checkout ${version}` }).tap()
  await expect(casey).toHaveURL(incidentPath)
  const card = decision(casey)
  await expect(card).toContainText('To decide now')
  await expect(card.getByRole('heading', { name: 'What is wrong' })).toBeVisible()
  await expect(card).toContainText(/limit 2(\.0)? ?%/)
  await expect(card.getByRole('img', { name: /limit 2 %/ }).first()).toBeVisible()
  await expect(card).toContainText('What happens if yes')
  await expect(card).toContainText('checkout')
  await expect(card).toContainText('1.4.2')
  await expect(card).toContainText('What is lost')
  await expect(card).toContainText('Can it be undone')
  await expect(card).toContainText('proof holds')
  await expect(card).toContainText('How long')
  await expect(card.getByText('Back in')).toBeInViewport()
  await expect(card.getByRole('button', { name: 'Take command' })).toBeInViewport()
  expect(await widerBy(casey)).toBe(0)
  expect(await axeFaults(casey)).toEqual([])
  await keepPicture(casey, 'story-1-decision-phone', false)
})

test('casey takes command, and omar sees it at once', async () => {
  await omar.goto(incidentPath)
  await expect(omar.getByText('Nobody is in command', { exact: true })).toBeVisible()
  await markPage(omar)
  await casey.getByRole('button', { name: 'Take command' }).tap()
  await expect(casey.getByText('You are in command.')).toBeVisible()
  await expect(omar.getByText('Nobody is in command', { exact: true })).toBeHidden({ timeout: 3_000 })
  await expect(main(omar)).toContainText('Casey Moreau')
  await expect(main(board)).toContainText('Casey Moreau')
})

test('omar asks for approval, and whoever asks cannot approve', async () => {
  await decision(omar).getByRole('button', { name: 'Ask for approval' }).click()
  const approve = decision(omar).getByRole('button', { name: 'Hold to approve' })
  await expect(approve).toHaveAttribute('aria-disabled', 'true')
  await expect(approve).toHaveAccessibleDescription('You asked for it; somebody else decides.')
  await expect(decision(omar)).toContainText('You asked for it; somebody else decides.')
  await hold(omar, approve)
  await expect(decision(omar).getByRole('img', { name: '0 of 2 approvals given' })).toBeVisible()
  await expect(decision(casey).getByRole('img', { name: '0 of 2 approvals given' })).toBeVisible()
  await expect(stage(board)).toContainText('Deciding')
})

test('a viewer sees everything of it, and each thing to do says whose it is', async ({ browser }) => {
  const vera = await enter(browser, 'vera')
  const written: string[] = []
  vera.on('request', (request) => {
    if (!['GET', 'HEAD'].includes(request.method()) && request.url().includes('/api/v1/')) written.push(request.url())
  })
  await vera.goto(incidentPath)
  const card = decision(vera)
  await expect(card).toContainText('What happens if yes')
  for (const [scope, name] of [[card, 'Hold to approve'], [main(vera), 'Write an update']] as const) {
    const button = scope.getByRole('button', { name })
    await expect(button).toHaveAttribute('aria-disabled', 'true')
    await expect(button).toHaveAccessibleDescription(/^Not yours to do: this needs the role/)
    await button.click({ force: true })
    await hold(vera, button)
  }
  for (const name of ['Take command', 'Take over', 'Reject', 'Change severity', 'Resolve', 'Add note']) await expect(vera.getByRole('button', { name })).toHaveCount(0)
  expect(written).toEqual([])
})

test('the decision has a page of its own: what was known then, a word against it without a vote, and a stale vote is told so', async ({ browser }) => {
  const priya = await enter(browser, 'priya', { device: 'phone', colorScheme: 'light' })
  await priya.goto('/approvals')
  await priya.getByRole('link', { name: 'What was known when it was asked, and who was asked' }).tap()
  await expect(priya).toHaveURL(/\/decisions\//)
  const known = priya.getByRole('region', { name: 'What was known when it was asked' })
  await expect(known).toContainText(/Judged by .* r\d+; policy r\d+/)
  await expect(known).toContainText('the proof of the plan')
  await expect(priya.getByRole('region', { name: 'Objections' })).toContainText('Nobody has objected.')
  await expect(priya.getByText('What waiting costs:')).toBeVisible()
  await casey.goto(new URL(priya.url()).pathname)
  await casey.getByRole('button', { name: 'Object' }).tap()
  const dialog = casey.getByRole('dialog', { name: 'Object without a vote' })
  await dialog.getByRole('textbox', { name: 'Why not this way' }).fill('eu carries the sale until noon')
  await dialog.getByRole('button', { name: 'Object' }).tap()
  await expect(priya.getByRole('region', { name: 'Objections' })).toContainText('eu carries the sale until noon')
  const stale = await priya.evaluate(async () => {
    const answer = await fetch(`/api/v1/approvals/${location.pathname.split('/').at(-1)}/votes`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ vote: 'approve', planHash: `sha256:${'0'.repeat(64)}` }) })
    return (await answer.json()) as { status: number; code: string; detail: string }
  })
  expect(stale).toMatchObject({ status: 409, code: 'plan_changed', detail: expect.stringContaining('look again before you vote') as unknown })
  const heard = troublesOf(priya)
  heard.splice(0, heard.length, ...heard.filter((line) => !line.includes('409')))
  await expect(priya.getByRole('img', { name: '0 of 2 approvals given' })).toBeVisible()
  expect(await axeFaults(priya)).toEqual([])
  expect(await widerBy(priya)).toBe(0)
  await keepPicture(priya, 'story-1-decision-phone', false)
  await casey.goto(incidentPath)
})

for (const look of everyLook) {
  test(`every page is sound while a decision waits: ${look.device}, ${look.colorScheme}`, async ({ browser }) => {
    test.setTimeout(420_000)
    const { release, plan, approval } = await incident()
    const sights = [{ name: 'incident', path: incidentPath, who: 'casey' }, { name: 'incident-approver', path: incidentPath, who: 'priya' }, { name: 'hand-over', path: `${incidentPath}/hand-over`, who: 'casey' }, ...(approval ? [{ name: 'decision', path: `/decisions/${approval.id}`, who: 'priya' }] : []), ...(release ? [{ name: 'release', path: `/releases/${release.id}`, who: 'casey' }] : []), ...(plan ? [{ name: 'plan', path: `/plans/${plan.id}`, who: 'casey' }] : []), ...standingPages.filter(({ name }) => name !== 'sign-in')]
    expect(await lookAt(browser, 'deciding', sights, [look])).toEqual([])
  })
}

test('priya approves with her thumb: a touch is not enough, holding is', async ({ browser }) => {
  const priya = await enter(browser, 'priya', { device: 'phone' })
  await priya.goto('/')
  await priya.getByRole('button', { name: /^Notifications, \d+ new/ }).tap()
  await expect(priya.getByRole('dialog', { name: 'Notifications' }).getByRole('link').first()).toBeVisible()
  await priya.keyboard.press('Escape')
  await priya.getByRole('navigation', { name: 'Places' }).filter({ visible: true }).getByRole('link', { name: /Approvals/ }).tap()
  await expect(priya.getByRole('heading', { level: 2, name: 'One decision is waiting' })).toBeVisible()
  const approve = priya.getByRole('button', { name: 'Hold to approve' })
  await press(priya, approve, 150)
  await expect(priya.getByText('Keep it pressed until the bar is full.')).toBeVisible()
  await expect(priya.getByRole('img', { name: '0 of 2 approvals given' })).toBeVisible()
  await press(priya, approve)
  await expect(priya.getByRole('img', { name: '1 of 2 approvals given' })).toBeVisible()
  await expect(priya.getByText(/^You approved this plan at/)).toBeVisible()
  await expect(decision(casey).getByRole('img', { name: '1 of 2 approvals given' })).toBeVisible()
  expect(await widerBy(priya)).toBe(0)
  await keepPicture(priya, 'story-2-approved-phone', false)
})

test('tomas approves with the keyboard alone', async ({ browser }) => {
  const tomas = await enter(browser, 'tomas', { colorScheme: 'dark' })
  await tomas.goto('/')
  await expect(liveSign(tomas)).toBeVisible()
  await tomas.keyboard.press('g')
  await tomas.keyboard.press('a')
  await expect(tomas).toHaveURL('/approvals')
  const approve = tomas.getByRole('button', { name: 'Hold to approve' })
  await expect(approve).toBeVisible()
  await tomas.keyboard.press('Tab')
  for (let stop = 0; stop < 60 && !(await approve.evaluate((button) => button === document.activeElement)); stop++) await tomas.keyboard.press('Tab')
  await expect(approve).toBeFocused()
  await holdKey(tomas, 'Enter')
  await expect(main(tomas)).toContainText('Nothing waits for a decision')
  await expect(tomas.getByRole('region', { name: 'Decided earlier' }).getByRole('table')).toContainText('Tomas Lindqvist approved')
})

test('the public hears of it: omar writes, lena approves and publishes, and it is there without any script', async ({ browser }) => {
  await main(omar).getByRole('button', { name: 'Write an update' }).click()
  const dialog = omar.getByRole('dialog', { name: 'Write an update' })
  await dialog.getByRole('button', { name: 'Keep as draft' }).click()
  await expect(dialog).toContainText('Write what is to be told.')
  await dialog.getByLabel('Text').fill('Some orders fail at the moment. We are going back to the version from before.')
  await dialog.getByRole('button', { name: 'Keep as draft' }).click()
  await expect(dialog).toBeHidden()
  const written = omar.getByRole('listitem').filter({ hasText: 'Some orders fail at the moment.' }).filter({ has: omar.getByText('draft', { exact: true }) })
  await expect(written.getByRole('button', { name: 'Hold to publish' })).toHaveAttribute('aria-disabled', 'true')

  const outside = await (await openBrowser(browser, { device: 'phone' }, { javaScriptEnabled: false })).newPage()
  everyone.push(outside)
  await outside.goto('/status')
  await expect(outside.getByText('Some orders fail at the moment.')).toHaveCount(0)

  const lena = await enter(browser, 'lena')
  await lena.goto(incidentPath)
  const text = lena.getByRole('listitem').filter({ hasText: 'Some orders fail at the moment.' })
  await text.getByRole('button', { name: 'Approve this text' }).click()
  await expect(lena.getByText('The text is approved.')).toBeVisible()
  await hold(lena, text.getByRole('button', { name: 'Hold to publish' }))
  await expect(lena.getByText('It is published.')).toBeVisible()

  await expect(async () => {
    await outside.reload()
    await expect(outside.getByText('Some orders fail at the moment.').first()).toBeVisible({ timeout: 500 })
  }).toPass({ timeout: 15_000 })
  await expect(outside.getByRole('heading', { name: 'Happening now' })).toBeVisible()
  await expect(outside.getByText('Next word by').first()).toBeVisible()
  await expect(main(outside)).not.toContainText(/checkout-|us-1|eu-1|1\.5\./)
  await expect(main(board)).toContainText('Some orders fail at the moment.')
  await keepPicture(outside, 'story-3-status-without-script')
})

test('casey starts it with a thumb and watches it: regions, steps and the agents’ own words', async () => {
  test.setTimeout(180_000)
  // It may be over in five seconds: what passes is kept, and looked at afterwards.
  await remember(board, '[aria-current=step]')
  await remember(omar, 'main li')
  await press(casey, decision(casey).getByRole('button', { name: 'Hold to start the rollback' }))
  // Two links lead there; one of them only while it runs.
  const watch = main(casey).locator('a[href^="/runs/"]').first()
  await expect(watch).toBeVisible()
  runPath = (await watch.getAttribute('href')) ?? ''
  // Omar follows from the incident, and takes the link afterwards: the page stays the one that keeps what it shows.
  await watch.tap()
  await expect(main(omar).getByText('all steps done').first()).toBeVisible({ timeout: 120_000 })
  await main(omar).locator(`a[href="${runPath}"]`).first().click()
  await expect(omar).toHaveURL(runPath)
  await expect(casey).toHaveURL(runPath)
  for (const region of ['us', 'eu']) await expect(omar.getByRole('heading', { name: `Steps in ${region}` })).toBeVisible()
  await keepPicture(omar, 'story-4-run-desktop')
  await keepPicture(board, 'story-4-board', false)
  await keepPicture(casey, 'story-4-run-phone')
  expect(await widerBy(casey)).toBe(0)
  await expect(main(omar).getByText(/^Switch checkout in /).first()).toBeVisible()
  const openLog = omar.getByRole('button', { name: /open the log of/i }).first()
  await openLog.click({ timeout: 20_000 })
  await expect(omar.getByRole('dialog').getByRole('log')).toContainText(/\d\d:\d\d:\d\dZ ?\w/)
  await omar.keyboard.press('Escape')
})

test('all steps are done, and that is not yet called recovered', async () => {
  test.setTimeout(240_000)
  await expect(omar.getByRole('heading', { level: 1 })).toContainText('all steps done', { timeout: 180_000 })
  await expect(main(omar)).toContainText(/Did it help\?|Whether that helped is not measured yet/)
  expect(await isSamePage(omar)).toBe(true)
  const shown = await remembered(omar)
  // Seen on the way, without asking: one region after the other, step by step.
  expect(shown.some((text) => /(waiting|working) · \d of \d steps/.test(text)), shown.filter((text) => text.includes(' steps')).join(' | ')).toBe(true)
  await expect(stage(board)).toContainText(/Checking|Watching/)
  for (const region of ['eu', 'us']) await expect(fleet.getByRole('article', { name: `checkout in ${region}, production` }).filter({ visible: true })).toContainText('1.4.2', { timeout: 15_000 })
})

test('it is measured against the time before the release: as good as before', async () => {
  test.setTimeout(240_000)
  await casey.goto(incidentPath)
  await expect(main(casey)).toContainText('Did it help?')
  await expect(main(casey)).toContainText('Everything that was measured is as good as before the release.', { timeout: 180_000 })
  await expect(main(casey)).toContainText('monitoring')
  await expect(stage(board)).toContainText('Watching')
  expect((await remembered(board)).some((text) => text.includes('Rolling back'))).toBe(true)
  expect(await widerBy(casey)).toBe(0)
  await keepPicture(casey, 'story-5-proven-phone')
})

test('casey calls it over; everyone sees that', async () => {
  await decision(casey).getByRole('button', { name: 'Resolve' }).tap()
  const dialog = casey.getByRole('dialog', { name: `Resolve INC-${number}` })
  await dialog.getByLabel('Why it is over').fill('Measured in both regions, and the desk hears nothing more.')
  await dialog.getByRole('button', { name: 'Resolve' }).tap()
  await expect(dialog).toBeHidden()
  await expect(casey.getByText('The incident is resolved.')).toBeVisible()
  await expect(stage(board)).toContainText('Resolved')
  await expect(main(board)).toContainText('it is over')
  await expect(situation.getByRole('heading', { level: 1 })).not.toContainText('is live')
  for (const page of [situation, fleet, board]) expect(await isSamePage(page), 'nobody had to load anything anew').toBe(true)
  await keepPicture(board, 'story-6-board-resolved', false)
})

test('the records hold every step of it, for the auditor to read', async ({ browser }) => {
  const audrey = await enter(browser, 'audrey')
  await audrey.goto('/records')
  await audrey.getByLabel('Incident', { exact: true }).selectOption({ label: await optionOf(audrey, `INC-${number} `) })
  const table = main(audrey).getByRole('table')
  const actions = new Map<string, number>()
  const gather = async (): Promise<void> => {
    for (const action of await table.getByRole('row').locator('td:nth-child(4)').allTextContents()) actions.set(action, (actions.get(action) ?? 0) + 1)
  }
  await expect(table.getByText('incident.resolve').first()).toBeVisible()
  await gather()
  const older = audrey.getByRole('button', { name: 'Older' })
  for (let turned = 0; turned < 20 && (await older.getAttribute('aria-disabled')) !== 'true'; turned++) {
    const first = await table.getByRole('row').nth(1).textContent()
    await older.click()
    await expect(table.getByRole('row').nth(1)).not.toHaveText(first ?? '')
    await gather()
  }
  for (const action of ['incident.open-for-breach', 'plan.propose', 'seat.take', 'plan.submit', 'update.approve', 'update.publish', 'run.start', 'step.complete', 'incident.resolve']) expect([...actions.keys()]).toContain(action)
  expect(actions.get('approval.vote')).toBe(2)
  await audrey.getByRole('button', { name: /^Open this record:/ }).first().click()
  await expect(audrey.getByLabel('Payload', { exact: true })).toContainText('{')
})

const optionOf = async (page: Page, start: string): Promise<string> => {
  const option = page.getByLabel('Incident', { exact: true }).locator('option').filter({ hasText: start })
  await expect(option).toHaveCount(1)
  return (await option.textContent()) ?? ''
}

test('every page is sound when it is over', async ({ browser }) => {
  test.setTimeout(180_000)
  const sights = [{ name: 'incident', path: incidentPath, who: 'casey' }, { name: 'run', path: runPath, who: 'casey' }, ...standingPages.filter(({ name }) => ['situation', 'approvals', 'records', 'board', 'status', 'incidents'].includes(name))]
  expect(await lookAt(browser, 'over', sights, twoLooks)).toEqual([])
})

test('nothing went wrong in anybody’s console on the way', () => {
  expect(everyone.flatMap(troublesOf)).toEqual([])
})
