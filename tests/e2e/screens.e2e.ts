import { everyLook, lookAt, standingPages } from './every-page.ts'
import { expect, test } from './people.ts'

/* Every page while all is quiet. The story looks at them again while an incident is live, and after it. */

for (const look of everyLook) {
  test(`every page is sound while all is quiet: ${look.device}, ${look.colorScheme}`, async ({ browser }) => {
    test.setTimeout(120_000)
    expect(await lookAt(browser, 'quiet', standingPages, [look])).toEqual([])
  })
}
