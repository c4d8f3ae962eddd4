import type { Value } from '../../../language/go/index.ts'

/** A function of HCL: how many arguments it takes, what they are called, and what it does. */
export interface HclFunction {
  readonly takes: readonly [least: number, most: number]
  readonly names: readonly string[]
  call(args: readonly Value[]): Value
}
