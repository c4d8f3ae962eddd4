import { checkObjects, type CheckObjectsOptions } from '../../../charts/checks/index.ts'
import type { Rendered } from '../../../charts/render/index.ts'
import type { ManifestFacts } from '../../policy/index.ts'

/**
 * What the schemas of a Kubernetes version say of rendered objects, without asking anybody: `schema` what does not fit, `unserved` what the version does not serve any more.
 * Nothing of both where there are no schemas of the version.
 * @param rendered with `trace: true`, for the places
 */
export async function objectChecks(rendered: Rendered, options: CheckObjectsOptions): Promise<Pick<ManifestFacts, 'schema' | 'unserved'>> {
  const { findings } = await checkObjects(rendered.chart, rendered, options)
  if (findings.some((f) => f.rule === 'schema/version')) return {}
  const of = (rules: (rule: string) => boolean) => findings.filter((f) => f.severity === 'error' && rules(f.rule)).map(({ object, message, path, line, column, hint }) => {
    const name = object === undefined ? '' : `${object.kind} ${object.name}: `
    const text = message.startsWith(name) ? message.slice(name.length) : message
    return {
      object: object ?? { apiVersion: '', kind: 'Document', name: path },
      message: hint === undefined ? text : `${text}; ${hint}`,
      place: { file: path, ...(line !== undefined && { line, ...(column !== undefined && { column }) }) },
    }
  })
  return {
    schema: of((rule) => rule.startsWith('schema/') && rule !== 'schema/unusable'),
    unserved: of((rule) => rule === 'api/removed').map(({ object, message, place }) => ({ object, of: 'manifest', reason: message, place })),
  }
}
