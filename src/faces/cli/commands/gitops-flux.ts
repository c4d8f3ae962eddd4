import { fluxObjects, type FluxOptions } from '../../../delivery/gitops/index.ts'
import type { Command } from '../command.ts'
import { usage } from '../flags.ts'
import { gitopsFlags, gitopsSource, printWritten } from '../gitops-source.ts'

/** `pintle gitops flux` */
export const gitopsFlux: Command = {
  use: 'gitops flux [SERVICE] [CHART] [flags]',
  long: `Writes the Flux objects that release a service as Pintle would: a HelmRelease (helm.toolkit.fluxcd.io/v2) and its GitRepository, HelmRepository or OCIRepository
(source.toolkit.fluxcd.io/v1). Flux runs Helm itself: records, hooks and tests stay, a failed upgrade is rolled back at once and not tried again, drift is mended.

SERVICE is a service of pintle.yaml; with a CHART everything comes from flags. The values are written into the HelmRelease as Helm merges them, or with --values-as
config-map each file into a ConfigMap. What Flux does otherwise is told on stderr; with --strict it is refused. Nothing is applied: commit what is printed.`,
  examples: `pintle gitops flux checkout-api -e prod > clusters/prod/checkout-api.yaml
pintle gitops flux checkout-api -e prod --values-from Secret/checkout-db:values.yaml
pintle gitops flux shop oci://registry.example.com/charts/shop --version 1.4.2 -f values-prod.yaml -n shop --source-secret registry`,
  flags: [
    ...gitopsFlags,
    { name: 'values-as', type: 'string', default: 'inline', choices: ['inline', 'config-map'], usage: "where the values are: 'inline' in the HelmRelease, or each file in a 'config-map'" },
    { name: 'values-from', type: 'stringArray', usage: 'more values from the cluster, below the others: Secret/NAME[:KEY] or ConfigMap/NAME[:KEY]', completes: [] },
    { name: 'flux-namespace', type: 'string', usage: "namespace of the Flux objects; the release's when left out" },
    { name: 'interval', type: 'string', default: '10m', usage: 'how often Flux looks', completes: [] },
    { name: 'source-secret', type: 'string', usage: 'Secret with the credentials of the source', completes: [] },
    { name: 'service-account', type: 'string', usage: 'service account Flux acts as', completes: [] },
    { name: 'suspend', type: 'bool', usage: 'write it suspended' },
  ],
  args: [0, 2],
  completes: ['name', 'chart'],
  interrupts: 'cancel',
  async run(context) {
    const { flags } = context
    const interval = flags.string('interval')
    if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(interval)) throw usage(`--interval is a time like 10m, not ${JSON.stringify(interval)}`)
    const valuesFrom = flags.list('values-from').map(reference)
    const { source, differences } = await gitopsSource(context)
    const text = (flag: string, key: keyof FluxOptions): Partial<FluxOptions> => (flags.string(flag) === '' ? {} : { [key]: flags.string(flag) })
    const written = fluxObjects(source, {
      interval, valuesFrom, valuesAs: flags.string('values-as') as 'inline' | 'config-map', suspend: flags.bool('suspend'),
      ...text('name', 'name'), ...text('flux-namespace', 'namespace'), ...text('source-secret', 'sourceSecret'), ...text('service-account', 'serviceAccount'),
    })
    return printWritten(context, { objects: written.objects, differences: [...differences, ...written.differences] })
  },
}

function reference(text: string): FluxOptions['valuesFrom'][number] {
  const found = /^(Secret|ConfigMap)\/([a-z0-9][a-z0-9.-]{0,252})(?::([\w.-]{1,253}))?$/.exec(text)
  if (found === null) throw usage(`--values-from ${JSON.stringify(text)} is neither Secret/NAME[:KEY] nor ConfigMap/NAME[:KEY]`)
  return { kind: found[1] as 'Secret' | 'ConfigMap', name: found[2]!, ...(found[3] === undefined ? {} : { valuesKey: found[3] }) }
}
