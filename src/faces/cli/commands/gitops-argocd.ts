import { argocdApplication } from '../../../delivery/gitops/index.ts'
import type { Command } from '../command.ts'
import { usage } from '../flags.ts'
import { gitopsFlags, gitopsSource, printWritten } from '../gitops-source.ts'

/** `pintle gitops argocd` */
export const gitopsArgocd: Command = {
  use: 'gitops argocd [SERVICE] [CHART] [flags]',
  long: `Writes the Argo CD Application that releases a service as Pintle would: chart from Git, a repository or a registry, values files from Git, release name, namespace,
server-side apply, one owner per object, fields that autoscalers and cert-manager set left to them.

SERVICE is a service of pintle.yaml; with a CHART everything comes from flags. What Argo CD does otherwise (tests, smoke checks, rollback, hooks, lookups) is told on
stderr; with --strict it is refused. What it cannot be told at all is an error. Nothing is applied: commit what is printed.`,
  examples: `pintle gitops argocd checkout-api -e prod > apps/checkout-api-prod.yaml
pintle gitops argocd checkout-api -e prod --destination-name us-east-prod --project payments
pintle gitops argocd shop oci://registry.example.com/charts/shop --version 1.4.2 -f values-prod.yaml -n shop --values-as inline`,
  flags: [
    ...gitopsFlags,
    { name: 'values-as', type: 'string', default: 'files', choices: ['files', 'inline'], usage: "where the values are: 'files' in Git, or 'inline' in the Application" },
    { name: 'argocd-namespace', type: 'string', default: 'argocd', usage: 'namespace of the Application' },
    { name: 'project', type: 'string', default: 'default', usage: 'Argo CD project', completes: [] },
    { name: 'destination-server', type: 'string', default: 'https://kubernetes.default.svc', usage: "API server of the cluster, as Argo CD knows it", completes: [] },
    { name: 'destination-name', type: 'string', usage: 'name of the cluster in Argo CD, instead of its server', completes: [] },
    { name: 'manual', type: 'bool', usage: 'a person syncs: no automated sync' },
  ],
  args: [0, 2],
  completes: ['name', 'chart'],
  exclusive: [['destination-server', 'destination-name']],
  interrupts: 'cancel',
  async run(context) {
    const { flags } = context
    const { source, differences } = await gitopsSource(context)
    const destination = flags.string('destination-name')
    if (destination === '' && flags.string('destination-server') === '') throw usage('which cluster? --destination-server or --destination-name')
    const written = argocdApplication(source, {
      namespace: flags.string('argocd-namespace'), project: flags.string('project'), valuesAs: flags.string('values-as') as 'files' | 'inline', automated: !flags.bool('manual'),
      destination: destination === '' ? { server: flags.string('destination-server') } : { name: destination }, ...(flags.string('name') === '' ? {} : { name: flags.string('name') }),
    })
    return printWritten(context, { objects: written.objects, differences: [...differences, ...written.differences] })
  },
}
