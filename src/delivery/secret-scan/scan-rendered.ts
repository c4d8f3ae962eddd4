import type { Table } from '../../charts/chart/index.ts'
import { originAt, templateText, type Rendered } from '../../charts/render/index.ts'
import { isPintleError } from '../../errors/index.ts'
import { AllowComments } from './allow-comments.ts'
import { decodedText } from './checksums.ts'
import type { Hit, SecretFinding, SecretPlace } from './finding.ts'
import { findHits } from './find-hits.ts'
import { isPlaceholder, isPublic, isRandom } from './literal-value.ts'
import { scanScalar } from './scan-scalar.ts'
import type { Scan } from './scan-values.ts'
import { literalSource } from './literal-source.ts'
import { pathText, placeIn, yamlScalars, type YamlScalar } from './yaml-scalars.ts'

interface Document {
  readonly path: string
  readonly kind: string
  readonly name: string
  readonly content: string
}

/** Kinds that are made to hold what is encrypted or stands elsewhere: names in them are names. */
const holdsReferences = /^(?:SealedSecret|(?:Cluster|Push)?ExternalSecret|(?:Cluster)?SecretStore|SecretProviderClass|Vault(?:Static|Dynamic|PKI)Secret|SopsSecret|CustomResourceDefinition)$/

export interface ScanRenderedOptions {
  /** What users gave: a Secret made of it is one of a literal. */
  readonly values?: Table
  /** Secrets that may stand in values, with the reason: then they may be rendered, too. */
  readonly known?: ReadonlyMap<string, string>
}

/**
 * Looks for secrets in what a chart renders: ConfigMaps and the files in them, env, args and commands of pods, annotations, custom resources. A Secret whose data is
 * a literal of values or templates is told as `literal-secret`; what templates generated is none.
 * @param rendered with `trace: true`, for the places
 */
export function scanRendered(rendered: Rendered, options: ScanRenderedOptions = {}): Scan {
  const documents: Document[] = [...rendered.manifests, ...rendered.hooks.map(({ path, kind, name, manifest }) => ({ path, kind, name, content: manifest }))]
  const scan = new RenderedScan(rendered, options)
  for (const document of documents) scan.add(document)
  return { findings: scan.findings(), allowed: new Map(), notes: scan.notes }
}

class RenderedScan {
  readonly notes: string[] = []
  readonly #rendered: Rendered
  readonly #known: ReadonlyMap<string, string>
  readonly #isLiteral: (secret: string) => boolean
  readonly #findings = new Map<string, SecretFinding>()

  constructor(rendered: Rendered, { values, known }: ScanRenderedOptions) {
    this.#rendered = rendered
    this.#known = known ?? new Map()
    this.#isLiteral = literalSource(rendered, values)
  }

  findings(): SecretFinding[] {
    return [...this.#findings.values()]
  }

  add(document: Document): void {
    const { kind, name, content, path } = document
    let scalars: YamlScalar[]
    try {
      scalars = yamlScalars(content)
    } catch (error) {
      if (!isPintleError(error) && !(error instanceof RangeError)) throw error
      this.notes.push(`${path}: ${kind}/${name} is no YAML and was not looked at`)
      return
    }
    const reads = { defaults: true, text: true }
    let before: YamlScalar | undefined
    for (const scalar of scalars) {
      const where = placeOf(kind, scalar.path)
      if (holdsReferences.test(kind)) {
        for (const hit of findHits(scalar.value, reads)) if (hit.confidence === 'certain') this.#tell(document, scalar, hit, where, 'plaintext-secret')
      } else if (where === 'secret') this.#addSecret(document, scalar)
      else {
        // `--password`, and the next argument is it.
        const option = where === 'args' && before !== undefined && siblings(before, scalar) && /^--?[A-Za-z]/.test(before.value) && !before.value.includes('=') ? before.value : undefined
        for (const hit of scanScalar(option === undefined ? scalar : { ...scalar, name: option }, reads)) this.#tell(document, scalar, hit, where, 'plaintext-secret')
      }
      before = scalar
    }
  }

  #addSecret(document: Document, scalar: YamlScalar): void {
    if (scalar.path.length !== 2) return
    const text = scalar.path[0] === 'data' ? decodedText(scalar.value) : scalar.value
    if (text === undefined || text.trim() === '') return
    const literal = (secret: string): boolean => this.#isLiteral(secret)
    const hits = scanScalar({ ...scalar, value: text }, { defaults: true }).filter((h) => literal(h.secret))
    const whole = text.trim()
    if (hits.length === 0 && isRandom(whole) && !isPlaceholder(whole) && !isPublic(whole) && literal(whole)) hits.push({ rule: 'name/secret', reason: 'a literal', confidence: 'likely', start: 0, end: text.length, secret: whole })
    for (const hit of hits) this.#tell(document, scalar.path[0] === 'data' ? { ...scalar, indent: undefined } : scalar, { ...hit, reason: `the Secret is made from what stands in values or templates: ${hit.reason}` }, 'secret', 'literal-secret')
  }

  #tell(document: Document, scalar: YamlScalar, hit: Hit, where: SecretPlace, kind: SecretFinding['kind']): void {
    const place = placeIn(scalar, hit.start)
    const origin = originAt(this.#rendered, document, place.line, Math.min(place.column, 1000))
    const frame = origin?.stack[0]
    const template = frame?.template ?? document.path
    const line = frame?.line ?? origin?.renderedLine ?? place.line
    const source = templateText(this.#rendered.chart, template)
    const allowed = this.#known.get(hit.secret) ?? (source === undefined ? undefined : new AllowComments(source).reason([line], hit.secret))
    const values = [...new Set((origin?.values ?? []).map(pathText))].filter((v) => v !== '')
    const finding: SecretFinding = {
      rule: hit.rule, kind, where, file: template, line, ...(frame === undefined ? {} : { column: frame.column }), path: `${document.kind}/${document.name} ${pathText(scalar.path)}`, reason: hit.reason, confidence: hit.confidence,
      ...(values.length > 0 ? { values } : {}), ...(allowed === undefined ? {} : { allowed }),
    }
    // What one line of a template writes into many objects is one finding.
    const same = [kind, where, template, line, hit.rule, scalar.name, values.join()].join('\n')
    if (!this.#findings.has(same)) this.#findings.set(same, finding)
  }
}

const siblings = (a: YamlScalar, b: YamlScalar): boolean => a.path.length === b.path.length && typeof b.path.at(-1) === 'number' && a.path.at(-1) === Number(b.path.at(-1)) - 1 && a.path.slice(0, -1).join('\n') === b.path.slice(0, -1).join('\n')

function placeOf(kind: string, path: readonly (string | number)[]): SecretPlace {
  if (kind === 'Secret' && (path[0] === 'data' || path[0] === 'stringData')) return 'secret'
  if (kind === 'ConfigMap' && (path[0] === 'data' || path[0] === 'binaryData')) return 'configmap'
  if (path.at(-2) === 'annotations') return 'annotation'
  const step = path.at(-3)
  if (step === 'env' && path.at(-1) === 'value') return 'env'
  return path.at(-2) === 'args' || path.at(-2) === 'command' ? 'args' : 'other'
}
