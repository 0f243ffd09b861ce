import { codeAt, stepOf } from '#lib/platform/rules/totp.ts'
import { expect, hire, signInHere, test, troublesOf } from './people.ts'
import { place } from './place.ts'
import { axeFaults } from './sight.ts'

/* A second factor, from adding it to being asked for it, on a phone. */

const fromBase32 = (text: string): Buffer =>
  Buffer.from(([...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))

test('a second factor is added, asked for where it counts, and what was asked is then done once', async ({ nobody }) => {
  const { name } = await hire('admin')
  const page = await nobody({ device: 'phone' })
  await page.goto('/me')
  await signInHere(page, name)
  await expect(page.getByRole('heading', { level: 1, name: 'Second factors and sessions' })).toBeVisible()
  await page.getByRole('button', { name: 'Add an authenticator app' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add an authenticator app' })
  await dialog.getByLabel('Name').fill('my phone')
  await dialog.getByLabel('Your password').fill(place().password)
  await dialog.getByRole('button', { name: 'Go on' }).click()
  const uri = await dialog.getByRole('link', { name: 'Open in an authenticator app' }).getAttribute('href')
  const secret = fromBase32(new URL(uri ?? '').searchParams.get('secret') ?? '')
  expect(secret).toHaveLength(20)
  await dialog.getByLabel('Code that the app now shows').fill(codeAt(secret, stepOf(Date.now())))
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await expect(dialog.getByRole('listitem')).toHaveCount(10)
  const recovery = (await dialog.getByRole('listitem').first().textContent()) ?? ''
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page.getByText('10 recovery codes are left.')).toBeVisible()
  expect(await axeFaults(page)).toEqual([])

  // Signed in anew: nothing was proven in this session.
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.waitForURL((url) => url.pathname === '/sign-in')
  await signInHere(page, name)
  await page.waitForURL((url) => url.pathname === '/')
  await page.goto('/me')
  await page.getByRole('button', { name: 'Remove my phone' }).click()
  const prove = page.getByRole('dialog', { name: 'Prove that it is you' })
  await prove.getByLabel('Code').fill('AAAA-BBBB-CCCC-DDDD')
  await prove.getByRole('button', { name: 'Prove and go on' }).click()
  await expect(prove).toContainText('This code is not right')
  expect(await axeFaults(page)).toEqual([])
  await prove.getByLabel('Code').fill(recovery)
  await prove.getByRole('button', { name: 'Prove and go on' }).click()
  await expect(prove).toBeHidden()
  await expect(page.getByText('None. With your password alone')).toBeVisible()
  // The browser calls a refusal an error: one for want of a factor, one for the wrong code.
  const heard = troublesOf(page)
  expect(heard.filter((line) => /403.*\/remove\)|401.*\/prove\)/.test(line))).toHaveLength(2)
  heard.splice(0, heard.length, ...heard.filter((line) => !/403.*\/remove\)|401.*\/prove\)/.test(line)))
})
