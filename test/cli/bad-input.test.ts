/** Bad input, as a user meets it: the exit code, Helm's text, and where to look. Each row is one thing people get wrong. */
import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { chart, folder, pintle, runCli } from './run-cli.ts'

let dir: ReturnType<typeof folder> | undefined
let server: Server | undefined
afterEach(() => {
  dir?.remove()
  server?.close()
  dir = server = undefined
})

async function template(files: Record<string, string | Uint8Array>, args: string[] = ['c']) {
  dir = folder(files)
  return runCli(['template', 'rel', ...args], { cwd: dir.path })
}

describe('files', () => {
  it('broken YAML in a values file: file, line and column', async () => {
    const { code, err } = await template({ ...chart(), 'v.yaml': 'a: 1\nb: [1, 2\nc: 3\n' }, ['c', '-f', 'v.yaml'])
    expect(code).toBe(1)
    expect(err).toMatch(/^Error: failed to parse v\.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: line \d+: /)
    expect(err).toMatch(/at v\.yaml:\d+:\d+/)
  })
  it('values nested thousands of levels deep', async () => {
    const { code, err } = await template({ ...chart(), 'v.yaml': `a: ${'['.repeat(9000)}${']'.repeat(9000)}` }, ['c', '-f', 'v.yaml'])
    expect(code).toBe(1)
    expect(err).toMatch(/^Error: .*(?:nested too deeply|exceeded max depth)/)
  })
  it('broken YAML in Chart.yaml', async () => {
    const { code, err } = await template({ ...chart(), 'c/Chart.yaml': 'apiVersion: v2\nname: c\n  version: 1\n' })
    expect(code).toBe(1)
    expect(err).toMatch(/^Error: cannot load Chart\.yaml: error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context/)
    expect(err).toMatch(/at .*Chart\.yaml:3/)
  })
  it('a values schema that is not satisfied: value path', async () => {
    const schema = JSON.stringify({ type: 'object', properties: { replicas: { type: 'integer' } } })
    const { code, err } = await template({ ...chart({ 'c/values.schema.json': schema }), 'v.yaml': 'replicas: many\n' }, ['c', '-f', 'v.yaml'])
    expect(code).toBe(1)
    expect(err).toContain("values don't meet the specifications of the schema(s) in the following chart(s):\nc:\n- at '/replicas': got string, want integer")
    expect(err).toContain('v.yaml:1')
  })
  it('a command named like a property of every object', async () => {
    const { code, err } = await runCli(['constructor'])
    expect([code, err.split('\n')[0]]).toEqual([1, 'Error: unknown command "constructor" for "pintle"'])
  })
  it('a chart that is not there', async () => {
    const { code, err } = await template({}, ['./nowhere'])
    expect(code).toBe(1)
    expect(err).toMatch(/^Error: path "\.\/nowhere" not found/)
  })
})

describe('templates', () => {
  it('an error three includes deep names every step and shows the line', async () => {
    const helpers = '{{- define "a" }}{{ include "b" . }}{{ end }}\n{{- define "b" }}{{ include "c" . }}{{ end }}\n{{- define "c" }}\n{{ .Values.missing.port }}{{ end }}\n'
    const { code, err } = await template(chart({ 'c/templates/_h.tpl': helpers, 'c/templates/x.yaml': 'x: {{ include "a" . }}\n' }))
    expect(code).toBe(1)
    expect(err).toMatch(/c\/templates\/x\.yaml:1:6[\s\S]*at <include "a" \.>[\s\S]*_h\.tpl:1:2[\s\S]*at <include "b" \.>[\s\S]*at <include "c" \.>[\s\S]*nil pointer evaluating interface {}\.port/)
    expect(err).toMatch(/at c\/templates\/_h\.tpl:4:\d+\n[\s\S]*> 4 \| {{ \.Values\.missing\.port }}/)
  })
  it('an include that never ends', async () => {
    const { code, err } = await template(chart({ 'c/templates/_h.tpl': '{{- define "loop" }}{{ include "loop" . }}{{ end }}', 'c/templates/x.yaml': '{{ include "loop" . }}' }))
    expect(code).toBe(1)
    expect(err).toContain('rendering template has a nested reference name: loop: unable to execute template')
  })
  it('a template that writes without end is stopped', async () => {
    const { code, err } = await template(chart({ 'c/templates/x.yaml': '{{ $x := repeat 1000000 "x" }}{{ range until 100000 }}{{ $x }}{{ end }}' }))
    expect(code).toBe(1)
    expect(err).toMatch(/output is longer than \d+ characters/)
  })
  it('a rendered document that is no YAML', async () => {
    const { code, err } = await template(chart({ 'c/templates/x.yaml': 'a: b: c\n' }))
    expect(code).toBe(1)
    expect(err).toContain('Error: YAML parse error on c/templates/x.yaml: error converting YAML to JSON: yaml: mapping values are not allowed in this context')
    expect(err).toContain('Use --debug flag to render out invalid YAML')
  })
})

describe('bytes', () => {
  it('that are no UTF-8 go out as they came', async () => {
    const template = Buffer.from('\ufeffa: 1\n', 'utf16le')
    dir = folder({ ...chart(), 'c/templates/cm.yaml': template })
    const { stdout } = await promisify(execFile)(process.execPath, [pintle, 'template', 'rel', 'c'], { cwd: dir.path, encoding: 'buffer' })
    expect(stdout.includes(template)).toBe(true)
  })
})

describe('archives', () => {
  const tar = (name: string, content: Uint8Array | number, type = '0', link = ''): Uint8Array => {
    const size = typeof content === 'number' ? content : content.length
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write('0000644\0', 100)
    header.write('0000000\0', 108)
    header.write('0000000\0', 116)
    header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0', 136)
    header.write('        ', 148)
    header.write(type, 156)
    header.write(link, 157)
    header.write('ustar\0', 257)
    header.write('00', 263)
    header.write(`${header.reduce((a, b) => a + b, 0).toString(8).padStart(6, '0')}\0 `, 148)
    const body = typeof content === 'number' ? Buffer.alloc(size) : Buffer.from(content)
    return Buffer.concat([header, body, Buffer.alloc((512 - (size % 512)) % 512)])
  }
  const archive = (...parts: Uint8Array[]) => gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]))
  const chartYaml = Buffer.from('apiVersion: v2\nname: c\nversion: 1.0.0\n')

  it('a path that leaves the chart', async () => {
    const { code, err } = await template({ 'c.tgz': archive(tar('c/Chart.yaml', chartYaml), tar('c/../../../etc/evil', Buffer.from('x'))) }, ['c.tgz'])
    expect(code).toBe(1)
    expect(err).toMatch(/chart illegally references parent directory/)
  })
  it('a bomb: more than Helm lets a chart grow to', async () => {
    const parts = Array.from({ length: 30 }, (_, i) => tar(`c/files/${i}`, 4 * 1024 * 1024))
    const { code, err } = await template({ 'c.tgz': archive(tar('c/Chart.yaml', chartYaml), ...parts) }, ['c.tgz'])
    expect(code).toBe(1)
    expect(err).toMatch(/larger than the maximum|exceeds the maximum|maximum size/i)
  })
  it('something that is no archive', async () => {
    const { code, err } = await template({ 'c.tgz': 'not gzip at all' }, ['c.tgz'])
    expect(code).toBe(1)
    expect(err).toMatch(/^Error: file '.*c\.tgz' does not appear to be a gzipped archive/)
  })
})

describe('clusters', () => {
  const config = (url: string) => `apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: "${url}"}}]\nusers: [{name: u, user: {token: very-secret-token}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n`
  async function against(answer: (path: string) => { status: number; body: unknown } | undefined, args: string[]) {
    server = createServer((req, res) => {
      const a = answer(req.url ?? '') ?? { status: 404, body: { kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404, message: 'not found' } }
      res.writeHead(a.status, { 'content-type': 'application/json' }).end(JSON.stringify(a.body))
    })
    await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done))
    dir = folder({ ...chart(), kubeconfig: config(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) })
    return runCli(args, { cwd: dir.path, env: { KUBECONFIG: `${dir.path}/kubeconfig` } })
  }
  const status = (code: number, reason: string, message: string) => ({ status: code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code, message } })

  it('a cluster that does not answer', async () => {
    dir = folder({ ...chart(), kubeconfig: config('http://127.0.0.1:1') })
    const { code, err } = await runCli(['install', 'rel', 'c'], { cwd: dir.path, env: { KUBECONFIG: `${dir.path}/kubeconfig` } })
    expect(code).toBe(1)
    expect(err).toMatch(/^Error: INSTALLATION FAILED: .*cluster unreachable: Get "http:\/\/127\.0\.0\.1:1\/version": dial tcp 127\.0\.0\.1:1: connect: connection refused/)
  })
  it('an expired token: what to do, and never the token', async () => {
    const { code, out, err } = await against(() => status(401, 'Unauthorized', 'Unauthorized'), ['list'])
    expect(code).toBe(1)
    expect(err).toContain('Error: kubernetes cluster unreachable: the server has asked for the client to provide credentials')
    expect(err).toMatch(/hint: /)
    expect(out + err).not.toContain('very-secret-token')
  })
  it('missing rights: the verb and the resource', async () => {
    const message = 'secrets is forbidden: User "u" cannot list resource "secrets" in API group "" in the namespace "default"'
    const { code, err } = await against((path) => (path.startsWith('/version') ? { status: 200, body: { major: '1', minor: '36', gitVersion: 'v1.36.3' } } : status(403, 'Forbidden', message)), ['list'])
    expect(code).toBe(1)
    expect(err).toContain(message)
  })
})

describe('the command line', () => {
  it.each([
    [['templat'], 'unknown command "templat" for "pintle"', "did you mean 'pintle template'"],
    [['template', '--valuse', 'x'], 'unknown flag: --valuse', 'did you mean --values?'],
    [['template'], '"pintle template" requires at least 1 argument', ''],
    [['upgrade', 'a', 'b', '--force-replace', '--force-conflicts'], 'if any flags in the group [force-replace force-conflicts] are set none of the others can be', ''],
    [['template', 'a', 'b', '--wait=maybe'], 'invalid argument "maybe" for "--wait" flag', 'Valid inputs are watcher, hookOnly, and legacy'],
  ])('%j', async (args, text, hint) => {
    const { code, err } = await runCli(args)
    expect(code).toBe(1)
    expect(err).toContain(text)
    expect(err).toContain(hint)
  })
})
