import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { AwsCloud } from '../../../../test/charts/clouds/aws-cloud.ts'
import { LocalCloud, type Reply } from '../../../../test/charts/clouds/local-cloud.ts'
import { readCloudWatch } from './cloudwatch-settings.ts'
import { asked, fault, opened } from './provider.fixtures.ts'

const region = 'eu-west-1'
const host = `monitoring.${region}.amazonaws.com`
const keys = { AWS_ACCESS_KEY_ID: 'AKIAMINE', AWS_SECRET_ACCESS_KEY: 'secret-of-mine/+x', AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' }
const at = Date.parse('2026-11-27T10:00:30Z')
const minute = (n: number): number => Date.parse('2026-11-27T10:00:00Z') / 1000 - n * 60
const folder = mkdtempSync(join(tmpdir(), 'cloudwatch-'))
let cloud: LocalCloud
let aws: AwsCloud
beforeAll(async () => {
  cloud = await LocalCloud.start(['monitoring', 'sts'].map((service) => `${service}.${region}.amazonaws.com`))
  aws = new AwsCloud(cloud, [region])
  aws.accounts.set('AKIAMINE', { secret: 'secret-of-mine/+x' })
  aws.accounts.set('AKIADENIED', { secret: 'secret-of-nobody', denied: true })
})
beforeEach(() => { cloud.received.length = 0; cloud.faults.clear(); aws.busy = 0 })
afterAll(async () => {
  await cloud.stop()
  rmSync(folder, { recursive: true, force: true })
})

const open = (raw: object = {}, env: object = keys) => opened('cloudwatch', { region, ...raw }, { env: { ...cloud.env, ...env } as NodeJS.ProcessEnv })
const measure = async (text: string, { kind = 'free', raw = {}, env = keys, window = 300_000, signal }: { kind?: Parameters<typeof asked>[1]; raw?: object; env?: object; window?: number; signal?: AbortSignal } = {}) =>
  (await open(raw, env)).measure(asked(text, kind, window), { at, ...(signal && { signal }) })

const result = (Values: unknown, more: object = {}) => ({ Id: 'q', Label: 'q', StatusCode: 'Complete', Timestamps: (Values as unknown[]).map((_, i) => minute(5 - i)), Values, ...more })
const answer = (results: unknown[], more: object = {}): Reply => ({ body: { MetricDataResults: results, Messages: [], ...more } })
const errors = JSON.stringify([
  { Id: 'm1', ReturnData: false, MetricStat: { Stat: 'Sum', Metric: { Namespace: 'ECS/ContainerInsights', MetricName: 'Http5xx', Dimensions: [{ Name: 'Workload', Value: 'checkout-canary' }] } } },
  { Id: 'e1', Expression: 'FILL(m1, 0)' },
])

it('asks for whole minutes within the window, signs, and adds up counts', async () => {
  let content: Record<string, any> = {}
  aws.metrics = (received) => {
    content = received
    return answer([result([1, 0, 3, 2, 4])])
  }
  expect(await measure(errors, { kind: 'errors' })).toMatchObject({ kind: 'value', value: 10, raw: { endpoint: `https://${host}`, at: '2026-11-27T10:00:30.000Z', reading: 'sum of 5 points of 60 s', query: JSON.stringify(content) } })
  expect(content).toMatchObject({ StartTime: minute(4), EndTime: minute(0), ScanBy: 'TimestampAscending', MetricDataQueries: [{ Id: 'm1', ReturnData: false, MetricStat: { Period: 60, Stat: 'Sum' } }, { Id: 'e1', Expression: 'FILL(m1, 0)' }] })
})

it('takes one expression, and queries in YAML', async () => {
  aws.metrics = ({ MetricDataQueries }) => answer([result([MetricDataQueries.length])])
  expect(await measure("SELECT SUM(Errors) FROM SCHEMA(\"AWS/Lambda\", FunctionName)")).toMatchObject({ kind: 'value', value: 1 })
  expect(await measure('- Id: a\n  Expression: "1"\n  Period: 60\n- Id: b\n  Expression: "2"\n  ReturnData: false\n')).toMatchObject({ kind: 'value', value: 2 })
  expect(await measure('- Id: A\n  Expression: "1"\n')).toMatchObject({ kind: 'error', message: expect.stringContaining('ValidationError: The value A for parameter Id') })
  expect(await measure('[1]')).toMatchObject({ kind: 'error', message: expect.stringContaining('a list of up to 100 maps') })
  expect(await measure('- Id: a\n  Expression: "1"\n  Period: 300\n')).toMatchObject({ kind: 'error', message: 'the query has a period of 300 s: period of the settings is 60' })
})

it('looks at no minute that the window does not hold', async () => {
  expect(await measure('x', { window: 50_000 })).toMatchObject({ kind: 'error', message: 'no whole period of 60 s lies within the last 50 s: a longer window is needed' })
  aws.metrics = ({ StartTime, EndTime }) => answer([result([StartTime - minute(0), EndTime - minute(0)])])
  expect(await measure('x', { raw: { period: 10, aggregate: 'min' }, window: 50_000 })).toMatchObject({ value: -20 })
  expect(await measure('x', { raw: { period: 10, aggregate: 'max' }, window: 50_000 })).toMatchObject({ value: 30 })
})

it('puts pages together, each minute once', async () => {
  aws.metrics = ({ NextToken }) => (NextToken === undefined
    ? answer([result([1, 2], { StatusCode: 'PartialData' })], { NextToken: 'two' })
    : answer([result([2, 3], { Timestamps: [minute(4), minute(3)] })]))
  expect(await measure('x', { kind: 'requests' })).toMatchObject({ kind: 'value', value: 6, raw: { reading: 'sum of 3 points of 60 s' } })
  aws.metrics = () => answer([result([1], { StatusCode: 'PartialData' })], { NextToken: 'again' })
  expect(await measure('x')).toMatchObject({ kind: 'error', message: 'CloudWatch answers with more than 10 pages' })
  expect(cloud.received).toHaveLength(12)
})

it.each<[string, Reply, object]>([
  ['no result', answer([]), { kind: 'absent' }],
  ['a result without points', answer([result([])]), { kind: 'absent' }],
  ['several results', answer([result([1]), result([2], { Id: 'p' })]), { kind: 'error', message: 'CloudWatch answered with 2 series: one may have ReturnData' }],
  ['a search that finds several', answer([result([1], { Label: 'a' }), result([2], { Label: 'b' })]), { kind: 'error', message: expect.stringContaining('2 series') }],
  ['partial data and no more pages', answer([result([1], { StatusCode: 'PartialData' })]), { kind: 'error', message: 'CloudWatch: PartialData' }],
  ['an internal error', answer([result([], { StatusCode: 'InternalError' })]), { kind: 'error', message: 'CloudWatch: InternalError' }],
  ['no rights for a metric', answer([result([], { StatusCode: 'Forbidden' })]), { kind: 'error', message: 'CloudWatch: Forbidden' }],
  ['a message of a result', answer([result([1], { Messages: [{ Code: 'ArithmeticError', Value: 'One or more data-points have been dropped due to non-numeric values (NaN, -Infinite, +Infinite)' }] })]), { kind: 'error', message: expect.stringContaining('CloudWatch: ArithmeticError: One or more') }],
  ['a message of the whole', answer([result([1])], { Messages: [{ Code: 'MaxMetricsExceeded', Value: 'too many' }] }), { kind: 'error', message: 'CloudWatch: MaxMetricsExceeded: too many' }],
  ['more times than values', answer([result([1, 2], { Timestamps: [1] })]), { kind: 'error', message: 'CloudWatch: points that cannot be read' }],
  ['values that are no numbers', answer([result(['NaN'])]), { kind: 'error', message: 'CloudWatch: points that are no numbers' }],
  ['no results at all', { body: {} }, { kind: 'error', message: 'CloudWatch answered without results' }],
  ['a page', { body: '<html>' }, { kind: 'error', message: 'CloudWatch answered without results' }],
  ['too much', { body: { x: 'x'.repeat(2 << 20) } }, { kind: 'error', message: expect.stringContaining('larger than 1 MiB') }],
])('%s', async (_, reply, expected) => {
  aws.metrics = () => reply
  expect(await measure('x')).toMatchObject(expected)
})

it('is told when it may not, and shows no secret', async () => {
  const denied = await measure('x', { env: { ...keys, AWS_ACCESS_KEY_ID: 'AKIADENIED', AWS_SECRET_ACCESS_KEY: 'secret-of-nobody' } })
  expect(denied).toMatchObject({ kind: 'error', message: expect.stringContaining('AccessDeniedException: User is not authorized to perform: cloudwatch:GetMetricData; you sent ***') })
  expect(await measure('x', { env: { ...keys, AWS_SECRET_ACCESS_KEY: 'another-secret' } })).toMatchObject({ kind: 'error', message: expect.stringContaining('InvalidSignatureException') })
  expect(await measure('x', { env: { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' } })).toMatchObject({ kind: 'error', message: expect.stringContaining('no credentials of AWS') })
  expect(await measure('x', { raw: { region: undefined } })).toMatchObject({ kind: 'error', message: '"" is no region of AWS' })
  expect(await measure('x', { raw: { profile: 'absent' } })).toMatchObject({ kind: 'error', message: expect.stringContaining('no profile "absent"') })
})

it('asks again when it is busy, three times', async () => {
  aws.metrics = () => answer([result([7])])
  aws.busy = 2
  expect(await measure('x')).toMatchObject({ kind: 'value', value: 7 })
  aws.busy = 3
  expect(await measure('x')).toMatchObject({ kind: 'error', message: 'ThrottlingException: Rate exceeded' })
})

it('finds credentials once for many measurements: of a role, of a token, of a profile', async () => {
  aws.metrics = () => answer([result([7])])
  const role = 'arn:aws:iam::111122223333:role/metrics'
  aws.roles.set(role, {})
  const provider = await open({ role_arn: role })
  for (let i = 0; i < 3; i++) expect(await provider.measure(asked('x'), { at })).toMatchObject({ kind: 'value', value: 7 })
  expect(cloud.received.map((r) => r.host.split('.')[0])).toEqual(['sts', 'monitoring', 'monitoring', 'monitoring'])
  const token = join(folder, 'token')
  writeFileSync(token, 'a.web.token\n')
  aws.roles.set('arn:aws:iam::111122223333:role/web', { webIdentity: 'a.web.token' })
  expect(await measure('x', { env: { AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/web', AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' } })).toMatchObject({ kind: 'value' })
  const config = join(folder, 'config')
  writeFileSync(config, `[profile metrics]\nregion = ${region}\naws_access_key_id = AKIAMINE\naws_secret_access_key = secret-of-mine/+x\n`)
  expect(await measure('x', { raw: { region: undefined, profile: 'metrics' }, env: { AWS_CONFIG_FILE: config, AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' } })).toMatchObject({ kind: 'value' })
})

it('looks for credentials again where there were none', async () => {
  aws.metrics = () => answer([result([7])])
  const role = 'arn:aws:iam::111122223333:role/late'
  const provider = await open({ role_arn: role })
  expect(await provider.measure(asked('x'), { at })).toMatchObject({ kind: 'error', message: expect.stringContaining(`the role ${role} cannot be assumed`) })
  aws.roles.set(role, {})
  expect(await provider.measure(asked('x'), { at })).toMatchObject({ kind: 'value', value: 7 })
})

it('ends at once when it is told to, and asks anew after a failure', async () => {
  cloud.faults.set(host, 'silent')
  const started = performance.now()
  await expect(measure('x', { signal: AbortSignal.timeout(50) })).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }))
  expect(performance.now() - started).toBeLessThan(3000)
  cloud.faults.set(host, 'down')
  const provider = await open()
  expect(await provider.measure(asked('x'), { at })).toMatchObject({ kind: 'error' })
  cloud.faults.clear()
  expect(await provider.measure(asked('x'), { at })).toMatchObject({ kind: 'value' })
})

it('is found where the variable of its own name says', async () => {
  const at = await opened('cloudwatch', region, { env: { AWS_ENDPOINT_URL_CLOUDWATCH: 'http://me:pa55@127.0.0.1:9', HOME: '/nowhere' } })
  expect(at.endpoint).toBe('http://***@127.0.0.1:9')
})

it.each<[unknown, string]>([
  [{ region: 'evil.example/' }, 'slo.cloudwatch.region'], [{ period: 7 }, 'slo.cloudwatch.period must be 1, 5, 10, 20, 30'], [{ period: 90 }, 'slo.cloudwatch.period'], [{ role_arn: 'admin' }, 'slo.cloudwatch.role_arn'],
  [{ secret_key: 'x' }, 'unknown key slo.cloudwatch.secret_key'], [{ aggregate: 'p95' }, 'slo.cloudwatch.aggregate'], [[], 'slo.cloudwatch must be a map'],
])('refuses the settings %j', (raw, message) => {
  expect(() => readCloudWatch(raw, ['slo', 'cloudwatch'], fault)).toThrow(message)
})
