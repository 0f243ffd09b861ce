import { leaveLock } from './control.ts'
import { expect, liveSign, test } from './people.ts'
import { axeFaults, keepPicture, widerBy } from './sight.ts'

/* A run that is long gone holds what the next one needs, and it is the middle of the night. */

test('who holds what is seen, and the commander takes it away with a reason', async ({ as }) => {
  const page = await as('casey', { device: 'phone', colorScheme: 'dark' })
  await page.goto('/locks')
  await expect(liveSign(page)).toBeVisible()
  const name = await leaveLock()
  // Nobody told the page of a row that was written past the product: it is looked at anew.
  await page.reload()
  const row = page.getByRole('row').filter({ hasText: name })
  await expect(row).toContainText('checkout 1.4.3 → 1.4.2 in eu')
  await expect(row).toContainText('held alone')
  expect([await axeFaults(page), await widerBy(page)]).toEqual([[], 0])
  await keepPicture(page, 'locks-phone-dark', false)

  await row.getByRole('button', { name: `Break ${name}` }).click()
  const dialog = page.getByRole('dialog', { name: `Break ${name}` })
  await expect(dialog).toContainText('starts nothing more until a person decides')
  await dialog.getByLabel('Why this cannot wait').fill('no')
  await dialog.getByRole('button', { name: 'Break', exact: true }).click()
  await expect(dialog).toContainText('Say it in at least three characters.')
  await dialog.getByLabel('Why this cannot wait').fill('its run ended two hours ago and checkout is down')
  expect(await axeFaults(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Break', exact: true }).click()
  await expect(page.getByText(`${name} is free.`)).toBeVisible()
  await expect(page.getByText('Nothing is locked')).toBeVisible()
})

test('who may not take a lock away is told who may', async ({ as }) => {
  const name = await leaveLock()
  const page = await as('vera')
  await page.goto('/locks')
  const button = page.getByRole('row').filter({ hasText: name }).getByRole('button', { name: `Break ${name}` })
  await expect(button).toHaveAttribute('aria-disabled', 'true')
  await expect(button).toHaveAccessibleDescription(/needs the role .*commander/)
})
