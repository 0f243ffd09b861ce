import { emailOf, expect, hire, liveSign, test } from './people.ts'
import { place } from './place.ts'

/* Everything without a mouse. */

test('the first Tab offers to skip to the page, and it leads there', async ({ as }) => {
  const page = await as('omar')
  await page.goto('/')
  await expect(liveSign(page)).toBeVisible()
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to the page' })
  await expect(skip).toBeFocused()
  await expect(skip).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(page.locator('#main')).toBeFocused()
})

test('where the focus is can be seen, on everything it reaches', async ({ as }) => {
  const page = await as('omar')
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const unseen: string[] = []
  for (let stop = 0; stop < 30; stop++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => {
      const focused = document.activeElement
      if (!focused || focused === document.body) return null
      // A card whose link covers it draws the ring around the whole card.
      const rings = ['', '::after'].map((pseudo) => getComputedStyle(focused, pseudo || null)).map((style) => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none')
      return { name: focused.outerHTML.slice(0, 160), ringed: rings.some(Boolean) }
    })
    if (!at) break
    if (!at.ringed) unseen.push(at.name)
  }
  expect(unseen).toEqual([])
})

test('Ctrl+K finds a place by a few letters and goes there; Escape gives the focus back', async ({ as }) => {
  const page = await as('omar')
  await page.goto('/')
  await expect(liveSign(page)).toBeVisible()
  const opener = page.getByRole('button', { name: 'Notifications' })
  await opener.focus()
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Go to or do' })
  await expect(palette).toBeVisible()
  await expect(palette.getByRole('combobox')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(palette).toBeHidden()
  await expect(opener).toBeFocused()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('flee')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/fleet')
  await expect(page.getByRole('heading', { level: 1, name: 'Fleet' })).toBeVisible()
})

test('g and a letter go everywhere', async ({ as }) => {
  const page = await as('ada')
  await page.goto('/')
  await expect(liveSign(page)).toBeVisible()
  for (const [letter, path, title] of [['f', '/fleet', 'Fleet'], ['i', '/incidents', 'Incidents'], ['a', '/approvals', 'Approvals'], ['r', '/releases', 'Releases'], ['c', '/criteria', 'Criteria'], ['n', '/agents', 'Agents'], ['l', '/records', 'Records']] as const) {
    await page.keyboard.press('g')
    await page.keyboard.press(letter)
    await expect(page).toHaveURL(path)
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
  }
  await page.keyboard.press('g')
  await page.keyboard.press('b')
  await expect(page).toHaveURL('/board')
})

test('? lists the keys, and letters typed into a field are letters', async ({ as }) => {
  const page = await as('omar')
  await page.goto('/')
  await expect(liveSign(page)).toBeVisible()
  await page.keyboard.press('?')
  const keys = page.getByRole('dialog', { name: 'Keys' })
  await expect(keys).toBeVisible()
  await expect(keys).toContainText('Declare an incident')
  await page.keyboard.press('Escape')
  await expect(keys).toBeHidden()
  await page.keyboard.press('d')
  const declare = page.getByRole('dialog', { name: 'Declare an incident' })
  const what = declare.getByLabel('What is wrong')
  await expect(what).toBeFocused()
  await page.keyboard.type('g?dfk')
  await expect(what).toHaveValue('g?dfk')
  await expect(page).toHaveURL('/')
})

test('a dialog keeps the focus inside and gives it back to what opened it', async ({ as }) => {
  const page = await as('omar')
  await page.goto('/')
  await expect(liveSign(page)).toBeVisible()
  const opener = page.getByRole('main').getByRole('button', { name: 'Declare an incident' })
  await opener.focus()
  await page.keyboard.press('Enter')
  const declare = page.getByRole('dialog', { name: 'Declare an incident' })
  await expect(declare).toBeVisible()
  for (let stop = 0; stop < 24; stop++) {
    await page.keyboard.press('Tab')
    expect(await declare.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true)
  }
  await page.keyboard.press('Shift+Tab')
  expect(await declare.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true)
  await page.keyboard.press('Escape')
  await expect(declare).toBeHidden()
  await expect(opener).toBeFocused()
})

test('what is missing in a form is said beside the field, and what was typed stays', async ({ as }) => {
  const page = await as('omar')
  await page.goto('/')
  await expect(liveSign(page)).toBeVisible()
  await page.keyboard.press('d')
  const declare = page.getByRole('dialog', { name: 'Declare an incident' })
  await page.keyboard.type('Nobody can pay')
  await page.keyboard.press('Enter')
  await expect(declare).toContainText('Name at least one service.')
  await expect(declare.getByLabel('What is wrong')).toHaveValue('Nobody can pay')
})

test('signing in and out needs no mouse', async ({ nobody }) => {
  const { name } = await hire('viewer')
  const page = await nobody()
  await page.goto('/')
  await expect(page).toHaveURL(/\/sign-in/)
  await expect(page.getByLabel('E-mail')).toBeFocused()
  await page.keyboard.type(emailOf(name))
  await page.keyboard.press('Tab')
  await page.keyboard.type(place().password)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/')
  await expect(liveSign(page)).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('sign out')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/sign-in')
  await page.goto('/fleet')
  await expect(page).toHaveURL(/\/sign-in\?next=%2Ffleet/)
})
