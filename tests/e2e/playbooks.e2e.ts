import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lookAt, twoLooks } from './every-page.ts'
import { expect, liveSign, test } from './people.ts'
import { axeFaults, keepPicture, widerBy } from './sight.ts'

/* A playbook from the first slip to the last revision. It has no `when`, so that no other test's rollback uses it. */

const good = readFileSync(join(import.meta.dirname, '../../docs/examples/playbooks/turn-off-and-watch.yaml'), 'utf8')
const slip = good.replace('kind: cdn', 'kind: cnd')
const line = slip.split('\n').findIndex((one) => one.includes('kind: cnd')) + 1

test('what is wrong with a playbook is told at its line while it is written, and leads there', async ({ as }) => {
  const page = await as('ada', { device: 'phone', colorScheme: 'dark' })
  await page.goto('/playbooks')
  await expect(page.getByText('No playbook is applied yet')).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'Apply a playbook' }).click()
  const dialog = page.getByRole('dialog', { name: 'Apply a playbook' })
  const text = dialog.getByRole('textbox', { name: 'Playbook as YAML' })
  await expect(dialog.getByText('Nothing is wrong with it.')).toBeVisible()
  await text.fill(slip)
  await expect(dialog.getByText('1 thing is wrong')).toBeVisible()
  const told = dialog.getByRole('button', { name: `line ${line}, column 11 steps.1.kind there is no kind \`cnd\` here; did you mean cdn?` })
  await told.click()
  await expect(text).toBeFocused()
  expect(await text.evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart).split('\n')[0])).toBe('cnd')
  await expect(dialog.getByRole('button', { name: 'Apply', exact: true })).toHaveAccessibleDescription('Put right what is wrong first.')
  expect(await axeFaults(page)).toEqual([])
  expect(await widerBy(page)).toBe(0)
  await keepPicture(page, 'playbook-slip-phone-dark', false)

  await text.fill(good)
  await expect(dialog.getByText('Nothing is wrong with it.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click()
  await expect(dialog.getByText('Say why, in a few words.')).toBeVisible()
  await dialog.getByLabel('Why this revision').fill('recommendations are not worth a rollback')
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('link', { name: 'turn-off-and-watch' })).toBeVisible()
})

test('a dry run says what would be done, and a revision what it changed', async ({ as }) => {
  const page = await as('ada')
  await page.goto('/playbooks/turn-off-and-watch')
  await expect(liveSign(page)).toBeVisible()
  const run = page.getByRole('region', { name: 'Dry run' })
  await run.getByLabel('flag', { exact: true }).fill('recommendations')
  await run.getByLabel('checkout', { exact: true }).check()
  await run.getByRole('button', { name: 'Show what would be done' }).click()
  await expect(run.getByText('playbook:off', { exact: true }).first()).toBeVisible()
  await expect(run.getByText('"flag": "recommendations"').first()).toBeVisible()
  await expect(run.getByText(/recommendations is off/)).toBeVisible()
  expect(await axeFaults(page)).toEqual([])
  await keepPicture(page, 'playbook-dry-run-desktop-light')

  await page.getByRole('button', { name: 'Next revision' }).click()
  const dialog = page.getByRole('dialog', { name: 'Apply a playbook' })
  await expect(dialog.getByRole('button', { name: 'Apply', exact: true })).toHaveAccessibleDescription('This is the revision in force; nothing changed.')
  await dialog.getByRole('textbox', { name: 'Playbook as YAML' }).fill(good.replace('default: 2m', 'default: 5m'))
  await dialog.getByLabel('Why this revision').fill('two minutes were too few')
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('revision 2')
  await page.getByText('What it changed').first().click()
  await expect(page.getByText('default: 5m').last()).toBeVisible()
})

for (const look of twoLooks) {
  test(`the pages of a playbook are sound: ${look.device}, ${look.colorScheme}`, async ({ browser }) => {
    expect(await lookAt(browser, 'playbook', [{ name: 'list', path: '/playbooks', who: 'casey' }, { name: 'one', path: '/playbooks/turn-off-and-watch', who: 'casey' }], [look])).toEqual([])
  })
}

test('who may not write one is told who may', async ({ as }) => {
  const page = await as('vera')
  await page.goto('/playbooks/turn-off-and-watch')
  await expect(page.getByRole('button', { name: 'Next revision' })).toHaveAccessibleDescription(/needs the role admin/)
})
