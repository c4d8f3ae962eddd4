import { createServer } from 'node:http'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Chart } from '../chart.ts'
import { ChartFile } from '../chart-file.ts'
import { loadChart } from '../load-chart.ts'
import { loadFiles } from '../load-files.ts'
import type { Table } from '../merge-maps.ts'
import { emptyMetadata } from '../metadata.ts'
import { validateAgainstSchema } from '../validate-schema.ts'
import { fromJson, vectors } from '../vectors/vector-values.ts'
import { floatText, integerText } from './number.ts'
import { SchemaValidator } from './schema-validator.ts'

const validator = new SchemaValidator()

function check(schema: string, values: unknown): string {
  try {
    const failure = validator.validate(ChartFile.fromText('values.schema.json', schema), fromJson(values))
    return failure === undefined ? '' : `${failure.toString().replace("jsonschema validation failed with 'file:///values.schema.json#'\n", '')}\n`
  } catch (error) {
    return (error as Error).message
  }
}

/** Go's maps have no order: lines of one depth are compared as a set, and so are lists of properties. */
function sorted(text: string): string[] {
  return text.replace(/additional properties (.*) not allowed/g, (_, list: string) => `additional ${list.split(', ').sort().join()}`).split('\n').sort()
}

describe('values.schema.json', () => {
  test.each(vectors<[schema: string, values: unknown, expected: string]>('schema'))('%s %j', (schema, values, expected) => {
    expect(sorted(check(schema, values))).toEqual(sorted(expected))
  })

  test('members are reported by name', () => {
    expect(check('{"properties":{"b":{"type":"string"},"a":{"type":"string"}},"additionalProperties":false}', { b: 1, z: 1, a: 1, y: 1 }))
      .toBe("- at '/a': got number, want string\n- at '/b': got number, want string\n- at '': additional properties 'y', 'z' not allowed\n".replace(
        /^([^]*)(- at '': add[^\n]*\n)$/, '$1$2'))
  })

  test('numbers in messages are English', () => {
    expect([integerText(1234567), floatText(1234.5), floatText(1e6), floatText(-2.5e-7), floatText(0.0001)]).toEqual(['1,234,567', '1,234.5', '1×10⁰⁶', '-2.5×10⁻⁰⁷', '0.0001'])
  })

  test('endless schemas end', () => {
    expect(check('{"$ref":"#/definitions/a","definitions":{"a":{"allOf":[{"$ref":"#/definitions/a"}]}}}', {})).toContain('causing reference cycle')
    expect(check('{"properties":{"a":{"$ref":"#"}}}', { a: { a: { a: 1 } } })).toBe('')
  })
})

function withSchema(name: string, schema: unknown, dependencies: Chart[] = []): Chart {
  const chart = new Chart({ ...emptyMetadata(), name, version: '1.0.0', apiVersion: 'v2' })
  chart.schema = ChartFile.fromText('values.schema.json', typeof schema === 'string' ? schema : JSON.stringify(schema))
  for (const child of dependencies) chart.addDependency(child)
  return chart
}

describe('validateAgainstSchema', () => {
  test('one section a chart, with the places', () => {
    const chart = withSchema('shop', { properties: { replicas: { type: 'integer' } } }, [withSchema('db', { required: ['password'] })])
    const values = fromJson({ replicas: 'three', db: {} }) as Table
    expect(() => validateAgainstSchema(chart, values)).toThrow(expect.objectContaining({
      code: 'values.schema',
      message: "values don't meet the specifications of the schema(s) in the following chart(s):\nshop:\n- at '/replicas': got string, want integer\ndb:\n- at '': missing property 'password'\n",
      details: { violations: [
        { chart: '', path: '/replicas', keys: ['replicas'], message: 'got string, want integer' },
        { chart: 'db', path: '', keys: ['db'], message: "missing property 'password'" },
      ] },
    }))
  })

  test('values of a subchart that are no table', () => {
    const chart = withSchema('shop', true, [withSchema('db', true)])
    expect(() => validateAgainstSchema(chart, fromJson({ db: 'x' }) as Table)).toThrow('db:\ninvalid type for values: expected object (map), got string\n')
    expect(() => validateAgainstSchema(chart, fromJson({ db: null }) as Table)).not.toThrow()
  })

  test('broken schema', () => {
    expect(() => validateAgainstSchema(withSchema('shop', '{"type": }'), new Map())).toThrow("shop:\ninvalid character '}' looking for beginning of value")
    expect(() => validateAgainstSchema(withSchema('shop', ''), new Map())).toThrow('shop:\nEOF')
  })

  test('a reference to the network is fetched when the chart is loaded', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/port.json') response.end('{"definitions":{"port":{"$ref":"limits.json"}}}')
      else if (request.url === '/limits.json') response.end('{"type":"integer","maximum":65535}')
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const base = `http://127.0.0.1:${(server.address() as { port: number }).port}`
      const folder = mkdtempSync(join(tmpdir(), 'schema-'))
      writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: c\nversion: 1.0.0\n')
      writeFileSync(join(folder, 'values.schema.json'), JSON.stringify({ properties: { port: { $ref: `${base}/port.json#/definitions/port` } } }))
      const chart = await loadChart(folder)
      expect(() => validateAgainstSchema(chart, fromJson({ port: 70000 }) as Table)).toThrow("- at '/port': maximum: got 70,000, want 65,535")
      expect(() => validateAgainstSchema(chart.copy(), fromJson({ port: 80 }) as Table)).not.toThrow()
      writeFileSync(join(folder, 'values.schema.json'), JSON.stringify({ $ref: `${base}/missing.json` }))
      const broken = await loadChart(folder)
      expect(() => validateAgainstSchema(broken, new Map())).toThrow(
        `failing loading "${base}/missing.json": HTTP request to ${base}/missing.json returned status 404 (Not Found)`)
    } finally {
      server.close()
    }
  })

  test('a file beside the root of the file system', () => {
    const chart = loadFiles([
      ChartFile.fromText('Chart.yaml', 'apiVersion: v2\nname: c\nversion: 1.0.0\n'),
      ChartFile.fromText('values.schema.json', '{"$ref":"other.json"}'),
    ], 'v2')
    expect(() => validateAgainstSchema(chart, new Map())).toThrow('failing loading "file:///other.json": open /other.json: no such file or directory')
  })
})
