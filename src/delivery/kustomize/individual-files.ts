import type { BuiltResource } from './build.ts'

/** The files that `kustomize build -o FOLDER` writes, by name: one a resource. Where there are several namespaces the name says which. */
export function individualFiles(built: readonly BuiltResource[]): Map<string, string> {
  const namespaces = new Set(built.filter((one) => one.scope !== 'cluster').map(namespaceOf))
  return new Map(built.map((one) => {
    const { apiVersion, kind, name } = one
    const [group, version] = apiVersion.includes('/') ? (apiVersion.split('/') as [string, string]) : ['', apiVersion]
    const file = `${[group, version, kind].filter((part) => part !== '').join('_').toLowerCase()}_${name.toLowerCase()}.yaml`
    return [one.scope !== 'cluster' && namespaces.size > 1 ? `${namespaceOf(one).toLowerCase()}_${file}` : file, one.yaml]
  }))
}

const namespaceOf = ({ namespace }: BuiltResource): string => (namespace === '' ? 'default' : namespace)
