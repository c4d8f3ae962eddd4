import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/cluster/**', 'test/charts/**', 'test/conformance/**'],
    pool: 'threads',
    isolate: false,
    // By default one less than there are processors. Tests wait more than they compute.
    maxWorkers: 2,
    // A busy machine may be late once; the report names what ran twice.
    retry: process.env.CI === 'true' ? 1 : 0,
    testTimeout: 20_000,
  },
})
