import type { Fault, Path } from '../../settings/index.ts'
import { aggregations, type Aggregation } from './points.ts'
import type { ProviderSettings } from './provider-kind.ts'
import { SettingsReader } from './read-settings.ts'

/** `cloudwatch` of a service: true, a region, or a map. */
export interface CloudWatchSettings extends ProviderSettings {
  readonly kind: 'cloudwatch'
  /** '' leaves it to AWS_REGION and the files of AWS. */
  readonly region: string
  /** A profile of the files of AWS; '' for none in particular. */
  readonly profile: string
  /** ARN of a role that is assumed; '' for none. */
  readonly role: string
  /** Seconds that a point stands for. */
  readonly period: number
  /** How the points of the window become a number; by what is asked when left out. */
  readonly aggregate?: Aggregation
}

/** Seconds that CloudWatch takes as a period below a minute. */
const short = [1, 5, 10, 20, 30]

/** @throws what `fault` makes */
export function readCloudWatch(raw: unknown, at: Path, fault: Fault): CloudWatchSettings {
  const read = new SettingsReader(raw, ['region', 'profile', 'role_arn', 'period', 'aggregate'], { at, fault, short: 'region' })
  const period = read.whole('period', 1, 86_400) ?? 60
  if (period % 60 !== 0 && !short.includes(period)) throw read.fault('period', `must be ${short.join(', ')} or a number of seconds that are whole minutes`)
  const aggregate = read.choice('aggregate', aggregations)
  const region = read.text('region', /^[a-z0-9-]{1,60}$/) ?? ''
  const role = read.text('role_arn', /^arn:aws[\w-]*:iam::\d+:role\/[\w+=,.@/-]+$/) ?? ''
  return { kind: 'cloudwatch', region, profile: read.text('profile', /^[^\n[\]]{1,200}$/) ?? '', role, period, ...(aggregate && { aggregate }) }
}
