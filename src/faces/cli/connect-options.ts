import type { Settings } from './settings.ts'

/** What the flags and HELM_* variables say about reaching a cluster. */
export function connectOptions(settings: Settings) {
  return {
    kubeconfig: settings.kubeconfig || undefined,
    context: settings.kubeContext || undefined,
    namespace: settings.namespace || undefined,
    token: settings.kubeToken || undefined,
    asUser: settings.kubeAsUser || undefined,
    asGroups: settings.kubeAsGroups.length > 0 ? [...settings.kubeAsGroups] : undefined,
    server: settings.kubeApiServer || undefined,
    caFile: settings.kubeCaFile || undefined,
    tlsServerName: settings.kubeTlsServerName || undefined,
    insecureSkipTlsVerify: settings.kubeInsecureSkipTlsVerify || undefined,
    qps: settings.qps > 0 ? settings.qps : undefined,
    burst: settings.burstLimit > 0 ? settings.burstLimit : undefined,
    fieldManager: 'helm',
  }
}
