import { Regexp, byteLength, parseUrl, runeCount } from '../../../language/go/index.ts'

/**
 * What Helm takes for an e-mail address and for URLs in Chart.yaml. Upstream: github.com/asaskevich/govalidator, validator.go and patterns.go; the patterns
 * are that package's, built from their parts.
 */
export class WebAddress {
  #email: Regexp | undefined
  #url: Regexp | undefined

  isEmail(text: string): boolean {
    return plainEmail.test(text) || (this.#email ??= new Regexp(emailPattern())).matchString(text)
  }

  isUrl(text: string): boolean {
    if (text === '' || runeCount(text) >= 2083 || byteLength(text) <= 3 || text.startsWith('.')) return false
    let url
    try {
      url = parseUrl(text.includes(':') && !text.includes('://') ? `http://${text}` : text)
    } catch {
      return false
    }
    if (url.host.startsWith('.')) return false
    if (url.host === '' && url.path !== '' && !url.path.includes('.')) return false
    return plainUrl.test(text) || (this.#url ??= new Regexp(urlPattern())).matchString(text)
  }
}

// What most charts have; the patterns match all of these. Compiling them takes longer than the rest of a lint.
const plainEmail = /^[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]{2,}(?:-[a-z0-9]{2,})*\.)+[a-z]{2,}$/i
const plainUrl = /^https?:\/\/(?:[a-z0-9]{2,}[-.])*[a-z0-9]{2,}\.[a-z]{2,}(?:\/[!-~]*)?$/i

/** IsRequestURL: url.ParseRequestURI accepts it, and it has a scheme. A `#` begins no fragment there; it is a character of the path, and none of a host. */
export function isRequestUrl(text: string): boolean {
  if (/^[^:/?#]+:\/\/[^/?#]*#/.test(text)) return false
  try {
    return parseUrl(text.replaceAll('#', '')).scheme !== ''
  } catch {
    return false
  }
}

function emailPattern(): string {
  const wide = '\\x{00A0}-\\x{D7FF}\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFEF}'
  const letter = `[a-zA-Z]|[${wide}]`
  const alnum = `[a-zA-Z]|\\d|[${wide}]`
  const atom = `([a-zA-Z]|\\d|[!#\\$%&'\\*\\+\\-\\/=\\?\\^_\`{\\|}~]|[${wide}])+`
  const fold = '(((\\x20|\\x09)*(\\x0d\\x0a))?(\\x20|\\x09)+)?'
  const inQuotes = `(([\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]|\\x21|[\\x23-\\x5b]|[\\x5d-\\x7e]|[${wide}])|(\\([\\x01-\\x09\\x0b\\x0c\\x0d-\\x7f]|[${wide}]))`
  const local = `(((${atom}(\\.${atom})*)|((\\x22)(${fold}${inQuotes}))*${fold}(\\x22)))`
  const middle = (most: string): string => `([a-zA-Z]|\\d|-|${most}_|~|[${wide}])*`
  const part = `((${alnum})|((${alnum})${middle('\\.|')}(${alnum})))`
  const last = `((${letter})|((${letter})${middle('')}(${letter})))`
  return `^${local}@(${part}\\.)+${last}\\.?$`
}

function urlPattern(): string {
  const hex = '[0-9a-fA-F]{1,4}'
  const quad = '((25[0-5]|(2[0-4]|1{0,1}[0-9]){0,1}[0-9])\\.){3,3}(25[0-5]|(2[0-4]|1{0,1}[0-9]){0,1}[0-9])'
  const ip6 = `((${hex}:){7,7}${hex}|(${hex}:){1,7}:|(${hex}:){1,6}:${hex}|(${hex}:){1,5}(:${hex}){1,2}|(${hex}:){1,4}(:${hex}){1,3}|(${hex}:){1,3}(:${hex}){1,4}|(${hex}:){1,2}(:${hex}){1,5}|${hex}:((:${hex}){1,6})|:((:${hex}){1,7}|:)|fe80:(:[0-9a-fA-F]{0,4}){0,4}%[0-9a-zA-Z]{1,}|::(ffff(:0{1,4}){0,1}:){0,1}${quad}|(${hex}:){1,4}:${quad})`
  const scheme = '((ftp|tcp|udp|wss?|https?):\\/\\/)'
  const user = '(\\S+(:\\S*)?@)'
  const path = '((\\/|\\?|#)[^\\s]*)'
  const port = '(:(\\d{1,5}))'
  const ip4 = '([1-9]\\d?|1\\d\\d|2[01]\\d|22[0-3]|24\\d|25[0-5])(\\.(\\d{1,2}|1\\d\\d|2[0-4]\\d|25[0-5])){2}(?:\\.([0-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5]))'
  const subdomain = '((www\\.)|([a-zA-Z0-9]+([-_\\.]?[a-zA-Z0-9])*[a-zA-Z0-9]\\.[a-zA-Z0-9]+))'
  const word = 'a-zA-Z\\x{00a1}-\\x{ffff}0-9'
  const host = `(([a-zA-Z0-9]([a-zA-Z0-9-_]+)?[a-zA-Z0-9]([-\\.][a-zA-Z0-9]+)*)|(${subdomain}?))?(([${word}]+-?-?)*[${word}]+)(?:\\.([a-zA-Z\\x{00a1}-\\x{ffff}]{1,}))?`
  return `^${scheme}?${user}?((${ip4}|(\\[${ip6}\\])|${host}))\\.?${port}?${path}?$`
}
