/** Kubernetes' rules for names, with apimachinery's texts (pkg/util/validation). */
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const label1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const qualifiedPart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/

const tooLong = (n: number): string => `must be no more than ${n} characters`
const bytes = (text: string): number => Buffer.byteLength(text)

export function subdomainProblems(name: string): string[] {
  const out: string[] = []
  if (bytes(name) > 253) out.push(tooLong(253))
  if (!subdomain.test(name)) {
    out.push("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")
  }
  return out
}

export function labelProblems(name: string): string[] {
  const out: string[] = []
  if (bytes(name) > 63) out.push(tooLong(63))
  if (!label.test(name)) {
    out.push(subdomain.test(name) ? 'must not contain dots'
      : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')")
  }
  return out
}

export function label1035Problems(name: string): string[] {
  const out: string[] = []
  if (bytes(name) > 63) out.push(tooLong(63))
  if (!label1035.test(name)) {
    out.push("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")
  }
  return out
}

export function pathProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return [...(name.includes('/') ? ["may not contain '/'"] : []), ...(name.includes('%') ? ["may not contain '%'"] : [])]
}

export function qualifiedNameProblems(name: string): string[] {
  const out: string[] = []
  const parts = name.split('/')
  let last = name
  if (parts.length === 2) {
    last = parts[1]!
    if (parts[0] === '') out.push('prefix part must be non-empty')
    else out.push(...subdomainProblems(parts[0]!).map((p) => `prefix part ${p}`))
  } else if (parts.length > 2) {
    return ["a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
  }
  if (last === '') out.push('name part must be non-empty')
  else if (bytes(last) > 63) out.push(`name part ${tooLong(63)}`)
  if (!qualifiedPart.test(last)) {
    out.push("name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")
  }
  return out
}

export function labelValueProblems(value: string): string[] {
  const out: string[] = []
  if (bytes(value) > 63) out.push('must be no more than 63 bytes')
  if (!labelValue.test(value)) {
    out.push("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")
  }
  return out
}
