import { lookAt, standingPages, twoLooks } from './every-page.ts'
import { expect, test } from './people.ts'

/* Every page while all is quiet. The story looks at them in all four looks while an incident is live, and again after it. */

for (const look of twoLooks) {
  test(`every page is sound while all is quiet: ${look.device}, ${look.colorScheme}`, async ({ browser }) => {
    test.setTimeout(180_000)
    expect(await lookAt(browser, 'quiet', standingPages, [look])).toEqual([])
  })
}
