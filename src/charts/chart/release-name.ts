const pattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'
const valid = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** @throws Error with Helm's text when a release may not be called so (pkg/chart/v2/util/validate_name.go) */
export function validateReleaseName(name: string): void {
  if (name === '') throw new Error('no name provided')
  if (name.length > 53 || !valid.test(name)) {
    throw new Error(`invalid release name, must match regex ${pattern} and the length must not be longer than 53`)
  }
}
