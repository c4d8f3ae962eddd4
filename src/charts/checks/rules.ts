import type { Finding } from './finding.ts'

/** What a rule says, for reports that explain their rules. Helm's own lint rules are one. */
export const rules: Readonly<Record<string, { readonly summary: string; readonly help: string }>> = {
  'helm/lint': { summary: "A rule of Helm's lint.", help: 'https://helm.sh/docs/helm/helm_lint/' },
  'schema/unknown-field': { summary: 'A field that the kind does not have.', help: 'A server drops it, or refuses the object: correct the name or its place.' },
  'schema/missing-field': { summary: 'A required field is missing.', help: 'A server refuses the object.' },
  'schema/type': { summary: 'A value of the wrong type.', help: 'A server refuses the object. Quote what should be a text; do not quote what should be a number.' },
  'schema/value': { summary: 'A value that the schema does not allow.', help: 'A server refuses the object.' },
  'schema/unreadable': { summary: 'A document that is no valid object.', help: 'It is no YAML, says a key twice, or lacks apiVersion or kind.' },
  'schema/missing': { summary: 'There is no schema of the kind.', help: 'Put its CustomResourceDefinition into crds/, or give --schema-location.' },
  'schema/unusable': { summary: 'A schema cannot be used.', help: 'Correct the CustomResourceDefinition or the schema file.' },
  'schema/version': { summary: 'There are no schemas of the Kubernetes version.', help: 'Choose another with --kube-version.' },
  'schema/not-rendered': { summary: 'The chart does not render, so that its objects were not validated.', help: 'Give values with which it does.' },
  'api/removed': { summary: 'The API version is not served any more.', help: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/' },
  'api/deprecated': { summary: 'The API version, or the kind, should not be used any more.', help: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/' },
  'values/unused': { summary: 'No template reads the value.', help: 'Remove it from values.yaml, or correct its name where it is read.' },
  'values/undefined': { summary: 'A template reads a value that has no default, without checking for it.', help: 'Give it a default in values.yaml, or use `if`, `with`, `default` or `required`.' },
}

/** A finding as Pintle prints it: with its place, rule and hint. Helm's own have Helm's text: findingText. */
export function placedText({ severity, path, line, column, message, rule, hint }: Finding): string {
  const place = line === undefined ? path : `${path}:${line}${column === undefined ? '' : `:${column}`}`
  return `[${severity.toUpperCase()}] ${place}: ${message} (${rule})${hint === undefined ? '' : `\n    ${hint}`}`
}
