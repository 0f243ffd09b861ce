import { expect, test, troublesOf } from './people.ts'
import { axeFaults } from './sight.ts'

/* What one may not do, and what is not there. What a viewer sees of a live incident is told in the story. */

test('a viewer sees the fleet and the rules, and where something may be done it says who may', async ({ as }) => {
  const page = await as('vera')
  await page.goto('/')
  await page.getByRole('main').getByRole('button', { name: 'Declare an incident' }).click()
  const declare = page.getByRole('dialog', { name: 'Declare an incident' }).getByRole('button', { name: 'Declare', exact: true })
  await expect(declare).toHaveAttribute('aria-disabled', 'true')
  await expect(declare).toHaveAccessibleDescription(/needs the role .*commander/)
  await page.keyboard.press('Escape')
  for (const [path, title] of [['/fleet', 'Fleet'], ['/criteria', 'Criteria'], ['/releases', 'Releases'], ['/agents', 'Agents'], ['/approvals', 'Approvals']] as const) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
  }
})

test('records are for auditors; others are told so, in words', async ({ as }) => {
  const page = await as('vera')
  await page.goto('/records')
  await expect(page.getByRole('main')).toContainText(/needs the role .*auditor/)
  const heard = troublesOf(page)
  heard.splice(0, heard.length, ...heard.filter((line) => !line.includes('403')))
})

test('what is not there is a page that says so, inside the console where one is signed in', async ({ as }) => {
  const page = await as('casey')
  for (const path of ['/incidents/999999', '/incidents/nonsense', '/runs/0198f5a0-0000-7000-8000-000000000000', '/runs/nonsense', '/releases/0198f5a0-0000-7000-8000-000000000000', '/plans/0198f5a0-0000-7000-8000-000000000000', '/plans/nonsense', '/plans/compare', '/plans/compare?a=nonsense&b=nonsense', '/no-such-page']) {
    const answer = await page.goto(path)
    expect(answer?.status(), path).toBe(404)
    await expect(page.getByRole('heading', { name: 'There is no such page here' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'To the situation' })).toBeVisible()
  }
  expect(await axeFaults(page)).toEqual([])
  const heard = troublesOf(page)
  heard.splice(0, heard.length, ...heard.filter((line) => !line.includes('404')))
})

test('nobody learns from outside whether an incident exists', async ({ nobody }) => {
  const page = await nobody()
  for (const path of ['/incidents/1', '/incidents/999999']) {
    await page.goto(path)
    await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent(path)}`)
  }
})
