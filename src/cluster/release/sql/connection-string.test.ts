import { expect, test } from 'vitest'
import { parseConnectionString } from './connection-string.ts'
import { sqlTargets } from './targets.ts'

const parsed = (text: string, env: Record<string, string> = {}): Record<string, string> => Object.fromEntries(parseConnectionString(text, env))
const targets = (text: string) => sqlTargets(parseConnectionString(text, {}))

test('a URL', () => {
  expect(parsed('postgres://us%40er:p%40%2F%3A@db.example.com:6543/rele%20ases?sslmode=disable&search_path=helm,public')).toEqual({
    user: 'us@er', password: 'p@/:', host: 'db.example.com', port: '6543', dbname: 'rele ases', sslmode: 'disable', search_path: 'helm,public',
  })
  expect(parsed('postgresql://[::1]/x?port=1&port=2&user=')).toEqual({ host: '::1', dbname: 'x', port: '1' })
  expect(parsed('postgres:///x?host=/run/postgresql')).toEqual({ dbname: 'x', host: '/run/postgresql' })
  expect(parsed('postgres://h1,h2/x')).toEqual({ host: 'h1,h2', dbname: 'x' })
})

test('words', () => {
  expect(parsed(`host=h port = 5  user='a b' password='it\\'s \\\\ \\x' dbname=x\\ y\toptions=''`)).toEqual({ host: 'h', port: '5', user: 'a b', password: "it's \\ x", dbname: 'x y', options: '' })
  expect(parsed('database=x password=')).toEqual({ dbname: 'x', password: '' })
  expect(parsed('')).toEqual({})
})

test('the environment fills gaps', () => {
  expect(parsed('host=h', { PGHOST: 'other', PGUSER: 'u', PGPASSWORD: 'p', HOME: '/' })).toEqual({ host: 'h', user: 'u', password: 'p' })
})

test.each([
  'secret', 'password=secret secret', "password='secret", 'password=secret\\', 'postgres://u:sec%ret@h/x', 'postgres://u:secret/x@h:port/x', 'host=h password=secret port=70000',
  'host=h password=secret sslmode=secre', 'host=h password=secret service=x', 'host=a,b,c port=1,2 password=secret', 'host=h password=secret sslmode=verify-ca sslrootcert=/nowhere',
])('%s: refused, in words that hold no password', (text) => {
  const error = (() => {
    try {
      targets(text)
    } catch (thrown) {
      return thrown as Error & { code: string; hint: string }
    }
    throw new Error('it was taken')
  })()
  expect(error).toMatchObject({ code: 'release.storage', message: expect.stringMatching(/^unable to instantiate SQL driver: /) })
  expect(`${error.message} ${error.hint}`).not.toMatch(/secret/)
})

test('the ways to connect', () => {
  const ways = (text: string) => targets(text).map(({ name, config: { ssl, host, port } }) => [name, host, port, typeof ssl === 'object' ? `tls${ssl.rejectUnauthorized === true ? ' verified' : ''}${ssl.checkServerIdentity === undefined ? ' by name' : ''} ${ssl.servername ?? '-'}` : ssl])
  const inline = (mode: string) => `host=h sslmode=${mode} sslinline=true sslrootcert=authority`
  expect(ways('host=h sslinline=true')).toEqual([['h:5432', 'h', 5432, 'tls h']])
  expect(ways('host=h sslmode=disable')).toEqual([['h:5432', 'h', 5432, false]])
  expect(ways('host=h sslmode=allow sslinline=true').map((w) => w[3])).toEqual([false, 'tls h'])
  expect(ways('host=h sslmode=prefer sslinline=true').map((w) => w[3])).toEqual(['tls h', false])
  expect(ways(inline('require')).map((w) => w[3])).toEqual(['tls verified h'])
  expect(ways(inline('verify-ca')).map((w) => w[3])).toEqual(['tls verified h'])
  expect(ways(inline('verify-full')).map((w) => w[3])).toEqual(['tls verified by name h'])
  expect(ways('host=h sslrootcert=system').map((w) => w[3])).toEqual(['tls verified by name h'])
  expect(ways('host=10.0.0.1 sslmode=verify-full sslinline=true').map((w) => w[3])).toEqual(['tls verified by name -'])
  expect(ways('host=/run/pg port=1')).toEqual([['/run/pg:1', '/run/pg', 1, false]])
  expect(ways('host=a,b hostaddr=10.0.0.1,10.0.0.2 port=7 sslmode=disable').map((w) => w.slice(0, 3))).toEqual([['a:7', '10.0.0.1', 7], ['b:7', '10.0.0.2', 7]])
  expect(targets('host=h user=u search_path=a,b work_mem=1\\ MB connect_timeout=3 sslmode=disable')[0]!.config).toMatchObject({ user: 'u', database: 'u', application_name: 'pintle', options: '-c search_path=a,b -c work_mem=1\\ MB', connectionTimeoutMillis: 3000 })
})
