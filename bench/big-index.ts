const words = 'alpha beta gamma delta web server database cache queue monitoring metrics logging proxy ingress storage backup operator controller agent gateway'.split(' ')

/** An index of many versions as Helm writes it: some 900 bytes each, as those of large public repositories. @param base URL of the archives */
export function bigIndex(charts: number, versions: number, base: string): string {
  let seed = 1
  const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff) / 0x7fff_ffff
  const word = (): string => words[Math.floor(random() * words.length)]!
  const parts: string[] = ['apiVersion: v1\nentries:\n']
  for (let c = 0; c < charts; c++) {
    const name = `chart-${String(c).padStart(3, '0')}-${words[c % words.length]}`
    parts.push(`  ${name}:\n`)
    for (let v = versions - 1; v >= 0; v--) {
      const version = `${Math.floor(v / 10)}.${v % 10}.${c % 7}`
      parts.push(`  - annotations:
      artifacthub.io/license: Apache-2.0
      category: ${words[(c * 7) % words.length]}
    apiVersion: v2
    appVersion: ${v > 50 ? `"${v}.0"` : `1.${v}.3`}
    created: "2023-0${1 + (v % 9)}-1${v % 10}T08:1${c % 10}:22.123456789Z"
    dependencies:
    - name: common
      repository: oci://registry.example.com/charts
      tags:
      - common
      version: 2.x.x
    description: A ${word()} for ${word()} and the ${word()} of everything that runs
      on Kubernetes.
    digest: ${(c * 1000 + v).toString(16).padStart(64, 'a')}
    home: https://example.com/${name}
    icon: https://example.com/${name}.png
    keywords:
    - ${words[c % 20]}
    - ${words[(c + 3) % 20]}
    maintainers:
    - email: a@example.com
      name: Somebody
    name: ${name}
    sources:
    - https://github.com/example/${name}
    type: application
    urls:
    - ${base}/${name}-${version}.tgz
    version: ${version}
`)
    }
  }
  parts.push('generated: "2024-01-01T00:00:00.000000000Z"\n')
  return parts.join('')
}
