import { expect, test } from 'vitest'
import { resolveReferenceUrl, sameServer, urlsEqual, withoutPassword } from './repo-url.ts'

/** Made by Go's net/url with the lines of ResolveReferenceURL. */
test.each([
  ['https://x.com', 'a.tgz', 'https://x.com/a.tgz'],
  ['https://x.com', '../../../a.tgz', 'https://x.com/a.tgz'],
  ['https://x.com', 'https://y.com/a.tgz', 'https://y.com/a.tgz'],
  ['https://x.com', '..', 'https://x.com/'],
  ['https://x.com', ':bad', 'error: failed to parse :bad as URL: parse ":bad": missing protocol scheme'],
  ['https://x.com', 'a%zz', 'error: failed to parse a%zz as URL: parse "a%zz": invalid URL escape "%zz"'],
  ['https://x.com/', '/a.tgz', 'https://x.com/a.tgz'],
  ['https://x.com/', '?q=1', 'https://x.com/'],
  ['https://x.com/', 'a b.tgz', 'https://x.com/a%20b.tgz'],
  ['https://x.com/', '..', 'https://x.com/'],
  ['https://x.com/', '#frag', 'https://x.com/#frag'],
  ['https://x.com/', ':bad', 'error: failed to parse :bad as URL: parse ":bad": missing protocol scheme'],
  ['https://x.com/', 'a%zz', 'error: failed to parse a%zz as URL: parse "a%zz": invalid URL escape "%zz"'],
  ['https://x.com/charts', 'a.tgz', 'https://x.com/charts/a.tgz'],
  ['https://x.com/charts', '../../../a.tgz', 'https://x.com/a.tgz'],
  ['https://x.com/charts', 'https://y.com/a.tgz', 'https://y.com/a.tgz'],
  ['https://x.com/charts', '..', 'https://x.com/'],
  ['https://x.com/charts', ':bad', 'error: failed to parse :bad as URL: parse ":bad": missing protocol scheme'],
  ['https://x.com/charts', 'a%zz', 'error: failed to parse a%zz as URL: parse "a%zz": invalid URL escape "%zz"'],
  ['https://x.com/charts/', '/a.tgz', 'https://x.com/a.tgz'],
  ['https://x.com/charts/', '?q=1', 'https://x.com/charts/'],
  ['https://x.com/charts/', 'a b.tgz', 'https://x.com/charts/a%20b.tgz'],
  ['https://x.com/charts/', '..', 'https://x.com/'],
  ['https://x.com/charts/', '#frag', 'https://x.com/charts/#frag'],
  ['https://x.com/charts/', ':bad', 'error: failed to parse :bad as URL: parse ":bad": missing protocol scheme'],
  ['https://x.com/charts/', 'a%zz', 'error: failed to parse a%zz as URL: parse "a%zz": invalid URL escape "%zz"'],
  ['https://u:p@x.com/a%2Fb/?token=1', 'a.tgz', 'https://u:p@x.com/a%2Fb/a.tgz?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', 'charts/a.tgz', 'https://u:p@x.com/a%2Fb/charts/a.tgz?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', '/a.tgz', 'https://u:p@x.com/a.tgz?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', '../a.tgz', 'https://u:p@x.com/a.tgz?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', '../../../a.tgz', 'https://u:p@x.com/a.tgz?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', './a.tgz', 'https://u:p@x.com/a%2Fb/a.tgz?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', '?q=1', 'https://u:p@x.com/a%2Fb/?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', '//other.com/a.tgz', 'https://other.com/a.tgz?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', 'https://y.com/a.tgz', 'https://y.com/a.tgz'],
  ['https://u:p@x.com/a%2Fb/?token=1', 'a%20b.tgz', 'https://u:p@x.com/a%2Fb/a%20b.tgz?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', 'a b.tgz', 'https://u:p@x.com/a%2Fb/a%20b.tgz?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', 'a+b.tgz', 'https://u:p@x.com/a%2Fb/a+b.tgz?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', '..', 'https://u:p@x.com/?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', 'a/../../b.tgz', 'https://u:p@x.com/b.tgz?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', '#frag', 'https://u:p@x.com/a%2Fb/?token=1#frag'],
  ['https://u:p@x.com/a%2Fb/?token=1', 'index.yaml', 'https://u:p@x.com/a%2Fb/index.yaml?token=1'],
  ['https://u:p@x.com/a%2Fb/?token=1', ':bad', 'error: failed to parse :bad as URL: parse ":bad": missing protocol scheme'],
  ['https://u:p@x.com/a%2Fb/?token=1', 'a%zz', 'error: failed to parse a%zz as URL: parse "a%zz": invalid URL escape "%zz"'],
  ['http://x.com:8080/a/b/c?x=y#f', '/a.tgz', 'http://x.com:8080/a.tgz?x=y'],
  ['http://x.com:8080/a/b/c?x=y#f', '?q=1', 'http://x.com:8080/a/b/c/?x=y'],
  ['http://x.com:8080/a/b/c?x=y#f', 'a b.tgz', 'http://x.com:8080/a/b/c/a%20b.tgz?x=y'],
  ['http://x.com:8080/a/b/c?x=y#f', '..', 'http://x.com:8080/a/b/?x=y'],
  ['http://x.com:8080/a/b/c?x=y#f', '#frag', 'http://x.com:8080/a/b/c/?x=y#frag'],
  ['http://x.com:8080/a/b/c?x=y#f', ':bad', 'error: failed to parse :bad as URL: parse ":bad": missing protocol scheme'],
  ['http://x.com:8080/a/b/c?x=y#f', 'a%zz', 'error: failed to parse a%zz as URL: parse "a%zz": invalid URL escape "%zz"'],
  ['https://x.com/a//b', 'a.tgz', 'https://x.com/a//b/a.tgz'],
  ['https://x.com/a//b', '../../../a.tgz', 'https://x.com/a.tgz'],
  ['https://x.com/a//b', 'https://y.com/a.tgz', 'https://y.com/a.tgz'],
  ['https://x.com/a//b', '..', 'https://x.com/a//'],
  ['https://x.com/a//b', ':bad', 'error: failed to parse :bad as URL: parse ":bad": missing protocol scheme'],
  ['https://x.com/a//b', 'a%zz', 'error: failed to parse a%zz as URL: parse "a%zz": invalid URL escape "%zz"'],
  ['x.com/charts', 'a.tgz', '/x.com/charts/a.tgz'],
  ['x.com/charts', 'charts/a.tgz', '/x.com/charts/charts/a.tgz'],
  ['x.com/charts', '/a.tgz', '/a.tgz'],
  ['x.com/charts', '../a.tgz', '/x.com/a.tgz'],
  ['x.com/charts', '../../../a.tgz', '/a.tgz'],
  ['x.com/charts', './a.tgz', '/x.com/charts/a.tgz'],
  ['x.com/charts', '?q=1', '/x.com/charts/'],
  ['x.com/charts', '//other.com/a.tgz', '//other.com/a.tgz'],
  ['x.com/charts', 'https://y.com/a.tgz', 'https://y.com/a.tgz'],
  ['x.com/charts', 'a%20b.tgz', '/x.com/charts/a%20b.tgz'],
  ['x.com/charts', 'a b.tgz', '/x.com/charts/a%20b.tgz'],
  ['x.com/charts', 'a+b.tgz', '/x.com/charts/a+b.tgz'],
  ['x.com/charts', '..', '/x.com/'],
  ['x.com/charts', 'a/../../b.tgz', '/x.com/b.tgz'],
  ['x.com/charts', '#frag', '/x.com/charts/#frag'],
  ['x.com/charts', 'index.yaml', '/x.com/charts/index.yaml'],
  ['x.com/charts', ':bad', 'error: failed to parse :bad as URL: parse ":bad": missing protocol scheme'],
  ['x.com/charts', 'a%zz', 'error: failed to parse a%zz as URL: parse "a%zz": invalid URL escape "%zz"'],
  ['/local/path', 'a.tgz', '/local/path/a.tgz'],
  ['/local/path', '../../../a.tgz', '/a.tgz'],
  ['/local/path', 'https://y.com/a.tgz', 'https://y.com/a.tgz'],
  ['/local/path', '..', '/local/'],
  ['/local/path', ':bad', 'error: failed to parse :bad as URL: parse ":bad": missing protocol scheme'],
  ['/local/path', 'a%zz', 'error: failed to parse a%zz as URL: parse "a%zz": invalid URL escape "%zz"'],
  ['https://x.com/é', '/a.tgz', 'https://x.com/a.tgz'],
  ['https://x.com/é', '?q=1', 'https://x.com/%C3%A9/'],
  ['https://x.com/é', 'a b.tgz', 'https://x.com/%C3%A9/a%20b.tgz'],
  ['https://x.com/é', '..', 'https://x.com/'],
  ['https://x.com/é', '#frag', 'https://x.com/%C3%A9/#frag'],
  ['https://x.com/é', ':bad', 'error: failed to parse :bad as URL: parse ":bad": missing protocol scheme'],
  ['https://x.com/é', 'a%zz', 'error: failed to parse a%zz as URL: parse "a%zz": invalid URL escape "%zz"'],
] as [string, string, string][])('%s and %s', (base, reference, expected) => {
  let got: string
  try {
    got = resolveReferenceUrl(base, reference)
  } catch (error) {
    got = `error: ${(error as Error).message}`
  }
  expect(got).toBe(expected)
})

test('one URL in several spellings, as Go sees it', () => {
  const urls = ['https://x.com', 'https://x.com/', 'https://x.com/a', 'https://x.com/a/', 'https://x.com/a//', 'https://x.com/b/../a', 'https://X.com/a', 'HTTPS://x.com/a', 'https://x.com:443/a', 'https://x.com/a?b', 'x/y', './x/y', '%zz', 'file://a']
  expect(urls.flatMap((a) => urls.filter((b) => a < b && urlsEqual(a, b)).map((b) => `${a} ${b}`)).sort()).toEqual(['./x/y x/y', 'HTTPS://x.com/a https://x.com/a', 'HTTPS://x.com/a https://x.com/a/', 'HTTPS://x.com/a https://x.com/a//', 'HTTPS://x.com/a https://x.com/b/../a', 'https://x.com https://x.com/', 'https://x.com/a https://x.com/a/', 'https://x.com/a https://x.com/a//', 'https://x.com/a https://x.com/b/../a', 'https://x.com/a/ https://x.com/a//', 'https://x.com/a/ https://x.com/b/../a', 'https://x.com/a// https://x.com/b/../a'].sort())
})

test('what credentials are for', () => {
  expect(sameServer('https://x.com/a', 'https://x.com:443/b')).toBe(true)
  expect(sameServer('http://x.com', 'http://X.com:80')).toBe(true)
  for (const other of ['http://x.com', 'https://x.com:8443', 'https://y.x.com', 'https://x.com.evil', 'x.com', ':']) expect(sameServer('https://x.com', other), other).toBe(false)
})

test('a password is not shown', () => {
  expect(withoutPassword('https://me:hunter2@x.com/a?b')).toBe('https://me:***@x.com/a?b')
  for (const url of ['https://x.com/a:b@c', 'https://me@x.com', 'repo/chart', 'oci://x.com:5000/a@sha256:abc']) expect(withoutPassword(url)).toBe(url)
})
