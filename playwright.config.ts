import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/chromium.ts'

// A person who has the browser of Playwright itself needs no other.
const executablePath = findChromium()
const stack = join(import.meta.dirname, 'tests/e2e/stack.ts')

/** Browser tests against the real server; the stack starts it with a database of its own. */
export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: 'tests/e2e/.screenshots',
  ...(existsSync(stack) ? { globalSetup: stack } : {}),
  workers: 1,
  fullyParallel: false,
  // A test that passes at the second try has not passed.
  retries: 0,
  forbidOnly: Boolean(process.env['KNOWNGOOD_E2E_REPORT']),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env['KNOWNGOOD_E2E_REPORT'] ? [['line'], ['json', { outputFile: process.env['KNOWNGOOD_E2E_REPORT'] }]] : [['line']],
  use: {
    screenshot: 'only-on-failure',
    // Every page of a story is recorded as long as it is open: a quarter of the time of all browser tests. Whoever looks for a fault asks for it.
    trace: process.env['KNOWNGOOD_E2E_TRACE'] ? 'retain-on-failure' : 'off',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
})
