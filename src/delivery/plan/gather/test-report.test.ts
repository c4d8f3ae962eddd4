import { expect, it } from 'vitest'
import { readTestReport } from './test-report.ts'

it('reads cases with their suite, failures and errors; skipped ones are none', () => {
  const text = `<?xml version="1.0"?><testsuites><!-- <testcase name="no"/> --><testsuite name="api" tests="4">
    <properties><property name="commit" value="abc123"/></properties>
    <testcase classname="api" name="a &lt; b"/><testcase classname="Cart" name="adds"><failure message="x > y"><![CDATA[<testcase name="no"/>]]></failure></testcase>
    <testcase name="breaks"><error/></testcase><testcase name="later"><skipped/></testcase></testsuite></testsuites>`
  expect(readTestReport('r.xml', text)).toEqual([
    { name: 'api > a < b', passed: true, commit: 'abc123' }, { name: 'api > Cart > adds', passed: false, commit: 'abc123' }, { name: 'api > breaks', passed: false, commit: 'abc123' },
  ])
})

it('a suite that failed without cases is a failure', () => {
  expect(readTestReport('r.xml', '<testsuite name="boot" errors="1"/>')).toEqual([{ name: 'boot', passed: false }])
  expect(readTestReport('r.xml', '<testsuite name="none"/>')).toEqual([])
})

it.each(['', '<html/>', 'text', '<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>'])('refuses %j', (text) => {
  expect(() => readTestReport('r.xml', text)).toThrow(expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining('r.xml') }))
})

it('takes no long for a long text without a tag', () => {
  const began = Date.now()
  expect(() => readTestReport('r.xml', '<a '.repeat(200_000))).toThrow()
  expect(() => readTestReport('r.xml', `<a${' b="c"'.repeat(100_000)}`)).toThrow()
  expect(Date.now() - began).toBeLessThan(5000)
})
