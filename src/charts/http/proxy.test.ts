import { expect, test } from 'vitest'
import { parseProxyUrl, proxyFromEnvironment } from './proxy.ts'

/** Checked against golang.org/x/net/http/httpproxy. */
test('which requests go through a proxy of the environment', () => {
  const table: [target: string, noProxy: string, proxied: boolean][] = [
    ['https://example.com', '', true],
    ['https://example.com', '*', false],
    ['https://example.com', 'example.com', false],
    ['https://a.example.com', 'example.com', false],
    ['https://badexample.com', 'example.com', true],
    ['https://example.com', '.example.com', true],
    ['https://a.example.com', '.example.com', false],
    ['https://a.example.com', '*.example.com', false],
    ['https://example.com', '*.example.com', true],
    ['https://EXAMPLE.com', 'Example.COM', false],
    ['https://example.com:6443', 'example.com:6443', false],
    ['https://example.com:6443', 'example.com:443', true],
    ['https://example.com', 'example.com:443', false],
    ['https://10.1.2.3', '10.0.0.0/8', false],
    ['https://11.1.2.3', '10.0.0.0/8', true],
    ['https://10.1.2.3', '10.1.2.3', false],
    ['https://10.1.2.3:6443', ' other , 10.1.2.3 ', false],
    ['https://[fd00::1]', 'fd00::/8', false],
    ['https://[fd00::1]', 'fd00::1', false],
    ['https://[fe80::1]', 'fd00::/8', true],
    ['https://localhost:6443', '', false],
    ['https://127.0.0.1:6443', '', false],
    ['https://127.9.9.9', '', false],
    ['https://[::1]:6443', '', false],
  ]
  for (const [target, noProxy, proxied] of table) {
    expect([target, noProxy, proxyFromEnvironment(new URL(target), { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: noProxy }) !== undefined]).toEqual([target, noProxy, proxied])
  }
})

test('which variable counts', () => {
  const target = new URL('https://example.com')
  expect(proxyFromEnvironment(target, { https_proxy: 'proxy:3128' })?.href).toBe('http://proxy:3128/')
  expect(proxyFromEnvironment(target, { HTTP_PROXY: 'http://proxy' })).toBeUndefined()
  expect(proxyFromEnvironment(new URL('http://example.com'), { HTTP_PROXY: 'http://proxy' })?.hostname).toBe('proxy')
  expect(proxyFromEnvironment(target, { HTTPS_PROXY: 'ftp://proxy' })).toBeUndefined()
})

test('proxy-url', () => {
  expect(parseProxyUrl('ftp://u:p@x')).toBe('unsupported scheme "ftp", must be http, https, or socks5')
  expect(parseProxyUrl('socks5://x:1')).toBeInstanceOf(URL)
  expect(parseProxyUrl('http://u:p@a b')).not.toContain('u:p')
})
