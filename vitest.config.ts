import { defineConfig } from 'vitest/config'

const never = ['**/node_modules/**', '.next/**', '.knowngood/**', 'tests/e2e/**']

/** What a test needs is in its name: nothing, PostgreSQL (`.pg.test.ts`), or real processes (`.scenario.test.ts`). */
export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['**/*.test.ts', '**/*.test.tsx'], exclude: [...never, '**/*.pg.test.ts', '**/*.scenario.test.ts'], testTimeout: 20_000 } },
      { extends: true, test: { name: 'pg', include: ['**/*.pg.test.ts'], exclude: never, globalSetup: ['tests/support/cluster.ts'], testTimeout: 30_000, hookTimeout: 60_000, maxWorkers: 2 } },
      { extends: true, test: { name: 'scenario', include: ['**/*.scenario.test.ts'], exclude: never, testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false } },
    ],
  },
})
