import { PintleError } from '../../errors/index.ts'
import type { Backend, BackendContext, BackendMaker, Parameters } from './backend.ts'

/** The backends there are; each is loaded when a reference names it. */
const backends: Readonly<Record<string, () => Promise<BackendMaker>>> = {
  echo: async () => (await import('./backends/echo.ts')).echo,
  envsubst: async () => (await import('./backends/envsubst.ts')).envsubst,
  file: async () => (await import('./backends/file.ts')).file,
  sops: async () => (await import('./backends/sops.ts')).sops,
  vault: async () => (await import('./backends/vault.ts')).vault,
  awssecrets: async () => (await import('./backends/aws.ts')).awsSecrets,
  awsssm: async () => (await import('./backends/aws.ts')).awsParameters,
  awskms: async () => (await import('./backends/aws.ts')).awsKms,
  s3: async () => (await import('./backends/aws.ts')).s3,
  gcpsecrets: async () => (await import('./backends/gcp.ts')).gcpSecrets,
  gcs: async () => (await import('./backends/gcp.ts')).gcs,
  gkms: async () => (await import('./backends/gcp.ts')).gkms,
  azurekeyvault: async () => (await import('./backends/azure.ts')).azureKeyVault,
  k8s: async () => (await import('./backends/kubernetes.ts')).kubernetes,
}

/** What vals knows beside them. */
const others: Readonly<Record<string, string>> = {
  exec: 'Pintle starts no programs for values; put what it prints into a variable and use ref+envsubst://.',
  openbao: 'OpenBao', httpjson: 'documents of JSON by HTTP', tfstate: "Terraform's state", bw: 'Bitwarden', conjur: 'Conjur', doppler: 'Doppler', gitlab: "GitLab's variables", googlesheets: 'Google Sheets', hcpvaultsecrets: 'HCP Vault Secrets', infisical: 'Infisical',
  keychain: "macOS' keychain", oci: 'Oracle Cloud', op: '1Password', onepasswordconnect: '1Password Connect', pulumistateapi: "Pulumi's state", scw: 'Scaleway', servercore: 'Servercore',
  tss: 'Delinea Secret Server', yclockbox: 'Yandex Lockbox', tfstategs: "Terraform's state in Google Cloud", tfstates3: "Terraform's state in S3", tfstateazurerm: "Terraform's state in Azure",
  tfstateremote: "Terraform Cloud's state", tfstategitlab: "Terraform's state in GitLab",
}

/** @throws PintleError secrets.reference, with vals' words for what nobody knows */
export async function makeBackend(scheme: string, parameters: Parameters, context: BackendContext): Promise<Backend> {
  if (Object.hasOwn(backends, scheme)) return (await backends[scheme]!())(parameters, context)
  if (!Object.hasOwn(others, scheme)) {
    throw new PintleError('secrets.reference', `no provider registered for scheme ${JSON.stringify(scheme)}`, { hint: `There are: ${Object.keys(backends).sort().join(', ')}.` })
  }
  const what = others[scheme]!
  throw new PintleError('secrets.reference', `ref+${scheme}:// is not supported by Pintle`, {
    hint: what.endsWith('.') ? what : `For ${what}, let vals write the values (\`vals eval -f values.yaml | pintle template ... -f -\`), or copy the secret to a backend of Pintle: ${Object.keys(backends).sort().join(', ')}.`,
  })
}
