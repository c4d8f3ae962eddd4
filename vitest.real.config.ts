import { defineConfig } from 'vitest/config'

/** Tests against a real control plane: `npx vitest run -c vitest.real.config.ts`. Two files at a time: each starts its own, and waits more than it computes. */
export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts', 'test/charts/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Scenarios that wait for a cluster leave the processor to others.
    maxConcurrency: 3,
    // Real controllers and clocks race with the tests: in CI a test may run twice, and the report names those that did. What may never go wrong
    // (faults, kills) sets `retry: 0` itself.
    retry: process.env.CI === 'true' ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 600_000,
  },
})
