import { describe, expect, test } from 'vitest'
import { sprintf } from '../../language/go/index.ts'
import { defaultCapabilities, versionSet } from './capabilities.ts'
import { parseKubeVersion } from './kube-version.ts'
import { outcome, vectors } from './vectors/vector-values.ts'

describe('kube versions', () => {
  test.each(vectors<[text: string, expected: unknown]>('kube-version'))('%j', (text, expected) => {
    expect(outcome(() => {
      const v = parseKubeVersion(text)
      return [v.version, v.addressableText(), v.major, v.minor]
    })).toEqual(expected)
  })
})

describe('default capabilities', () => {
  test('what Helm 4.3.1 was built with', () => {
    const { kubeVersion, apiVersions, helmVersion } = defaultCapabilities()
    expect(kubeVersion.version).toBe('v1.37.0')
    expect(apiVersions.length).toBe(57)
    expect(apiVersions.contains('apps/v1')).toBe(true)
    expect(apiVersions.contains('apps/v1/Deployment')).toBe(false)
    expect(Object.fromEntries(helmVersion.toJSONValue() as Map<string, string>)).toEqual({
      version: 'v4.3', go_version: 'go1.26.8', kube_client_version: 'v1.37',
    })
  })

  test('--kube-version and --api-versions', () => {
    const caps = defaultCapabilities({ kubeVersion: parseKubeVersion('1.29'), apiVersions: ['example.com/v1', 'example.com/v1/Thing'] })
    expect(caps.kubeVersion.method('GitVersion')!.call([])).toBe('v1.29')
    expect(caps.apiVersions.method('Has')!.call(['example.com/v1/Thing'])).toBe(true)
    expect(caps.apiVersions.at(-1)).toBe('example.com/v1/Thing')
  })

  test('print as in Go', () => {
    expect(sprintf('%T %v', [versionSet(['v1']), versionSet(['v1', 'apps/v1'])])).toBe('common.VersionSet [v1 apps/v1]')
  })
})
