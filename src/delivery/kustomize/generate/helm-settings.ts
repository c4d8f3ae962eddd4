/** How charts are inflated. */
export interface HelmSettings {
  readonly apiVersions?: readonly string[]
}
