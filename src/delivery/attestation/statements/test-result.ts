import { statement, type AttestationStatement, type Subject } from '../statement.ts'
import type { Resource } from './resource.ts'

const testResultType = 'https://in-toto.io/attestation/test-result/v0.1'

/** The predicate of in-toto's test results, version 0.1. */
export interface TestResult {
  readonly result: 'PASSED' | 'WARNED' | 'FAILED'
  readonly configuration: readonly Resource[]
  readonly url?: string
  readonly passedTests: readonly string[]
  readonly warnedTests: readonly string[]
  readonly failedTests: readonly string[]
}

/**
 * What smoke checks and chart tests said about what was released. No checks are no pass: the result is then WARNED, with a warning that says so.
 * @param subject what was tested: manifests, images
 * @param options.configuration where the tests are written down; @param options.url of the run
 */
export function testResult(subject: readonly Subject[], tests: readonly { readonly name: string; readonly passed: boolean }[], options: { readonly configuration?: readonly Resource[]; readonly url?: string } = {}): AttestationStatement<TestResult> {
  const failedTests = tests.filter((t) => !t.passed).map((t) => t.name)
  const none = tests.length === 0
  return statement(subject, testResultType, {
    result: failedTests.length > 0 ? 'FAILED' : none ? 'WARNED' : 'PASSED', configuration: options.configuration ?? [], ...(options.url !== undefined && { url: options.url }),
    passedTests: tests.filter((t) => t.passed).map((t) => t.name), warnedTests: none ? ['nothing was tested'] : [], failedTests,
  })
}
