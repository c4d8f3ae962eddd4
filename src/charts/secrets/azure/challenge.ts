import { PintleError } from '../../../errors/index.ts'

/**
 * For what a vault wants a token, as its challenge says. A vault that is not below the host that the token would be for gets none.
 * Upstream: updateTokenRequestOptions in azkeys' challenge_policy.go.
 * @throws PintleError secrets.key
 */
export function challengedScope(vault: string, header: string | undefined): string {
  const parts = new Map([...(header ?? '').matchAll(/(\w+)="?([^",\s]+)"?/g)].map(([, name, value]) => [name!, value!]))
  const resource = parts.get('scope') ?? parts.get('resource')
  if (resource === undefined || !URL.canParse(resource)) throw new PintleError('secrets.key', `${vault} does not answer as Azure Key Vault does`)
  const { protocol, host } = new URL(resource)
  if (protocol !== 'https:' || !vault.endsWith(`.${host}`)) throw new PintleError('secrets.key', `${vault} wants a token for ${host}, which it is no part of`)
  return resource.endsWith('/.default') ? resource : `${resource}/.default`
}
