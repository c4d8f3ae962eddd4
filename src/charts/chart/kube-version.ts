import { GoObject, parseUint, quote } from '../../language/go/index.ts'
import type { BoundMethod, Kind, Value } from '../../language/go/index.ts'

/** common.KubeVersion: `.Capabilities.KubeVersion`. */
export class KubeVersion extends GoObject {
  override readonly goType: string = 'common.KubeVersion'
  override readonly goKind: Kind = 'struct'
  /** As the server gives it, `v1.33.4-gke.1245000`. */
  readonly version: string
  /** Without suffixes, for constraints: `v1.33.4`. */
  readonly normalized: string
  readonly major: string
  readonly minor: string

  constructor(version: string, normalized: string, major: string, minor: string) {
    super()
    this.version = version
    this.normalized = normalized
    this.major = major
    this.minor = minor
  }

  override fields(): readonly (readonly [string, Value])[] {
    return [['Version', this.version], ['Major', this.major], ['Minor', this.minor]]
  }

  override method(name: string): BoundMethod | undefined {
    if (name === 'String') return { params: [], call: () => this.normalized || this.version }
    if (name === 'GitVersion') return { params: [], call: () => this.version }
    return undefined
  }

  override printedFields(): readonly (readonly [string, Value])[] {
    return [['Version', this.version], ['normalizedVersion', this.normalized], ['Major', this.major], ['Minor', this.minor]]
  }

  /** String is a method of the pointer: an action that prints the field takes it, a function does not. */
  override addressableText(): string {
    return this.normalized || this.version
  }
}

/**
 * Reads a version as --kube-version takes it: at least `MAJOR.MINOR`, anything after the numbers.
 * @throws Error with apimachinery's text (pkg/util/version), e.g. `could not parse "x" as version`
 */
export function parseKubeVersion(text: string): KubeVersion {
  const match = /^[\t\n\f\r ]*v?([0-9]+(?:\.[0-9]+)*)[^\n]*$/.exec(text)
  if (match === null) throw new Error(`could not parse ${quote(text)} as version`)
  const components = match[1]!.split('.')
  if (components.length < 2) throw new Error(`illegal version string ${quote(text)}`)
  const numbers = components.map((component, i) => {
    if (i === 0 && component.startsWith('0') && component !== '0') {
      throw new Error(`illegal zero-prefixed version component ${quote(component)} in ${quote(text)}`)
    }
    try {
      return parseUint(component, 10, 64)
    } catch (error) {
      throw new Error(`illegal non-numeric version component ${quote(component)} in ${quote(text)}: ${(error as Error).message}`)
    }
  })
  const version = text.startsWith('v') ? text : `v${text}`
  return new KubeVersion(version, `v${numbers.join('.')}`, String(numbers[0]), String(numbers[1]))
}
