import type { Locator, Page } from '@playwright/test'

/** Longer than any button asks for. */
const longEnoughMs = 1_300

async function middleOf(button: Locator): Promise<{ x: number; y: number }> {
  await button.scrollIntoViewIfNeeded()
  const box = await button.boundingBox()
  if (!box) throw new Error('the button is not on the screen')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Holds a button with the mouse. */
export async function hold(page: Page, button: Locator): Promise<void> {
  const { x, y } = await middleOf(button)
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.waitForTimeout(longEnoughMs)
  await page.mouse.up()
}

/** Puts a thumb on a button, as the touch screen reports it, and lifts it after so long. */
export async function press(page: Page, button: Locator, forMs = longEnoughMs): Promise<void> {
  const { x, y } = await middleOf(button)
  const screen = await page.context().newCDPSession(page)
  await screen.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] })
  await page.waitForTimeout(forMs)
  await screen.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await screen.detach()
}

/** Holds a key, as somebody without a mouse does. */
export async function holdKey(page: Page, key: string): Promise<void> {
  await page.keyboard.down(key)
  await page.waitForTimeout(longEnoughMs)
  await page.keyboard.up(key)
}
