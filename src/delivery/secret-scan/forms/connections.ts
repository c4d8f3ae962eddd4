import { decodedText } from '../checksums.ts'
import type { Confidence } from '../finding.ts'
import { isPlaceholder, isReference, isWeak } from '../literal-value.ts'
import type { Form } from './form.ts'

/** A password that a person wrote: none when it stands for one, possible when everybody knows it. */
function judgePassword(password: string): Confidence | undefined {
  if (isReference(password) || isPlaceholder(password)) return undefined
  return isWeak(password) ? 'possible' : 'likely'
}

/** A password in a URL: documentation writes them for hosts that nobody has, too. */
function judgeUrl(password: string, match: RegExpExecArray): Confidence | undefined {
  const { user = '', host = '' } = match.groups ?? {}
  if (/(?:^|\.)example(?:\.(?:com|org|net))?$/i.test(host) || /^[<{$[]/.test(host) || isReference(user)) return undefined
  return judgePassword(password)
}

/** `user:password` in base64, as HTTP's Basic authentication has it. */
function judgeBasic(base64: string): Confidence | undefined {
  const text = decodedText(base64)
  if (text === undefined || !/^[^\s:]{0,200}:.{2,}$/.test(text)) return undefined
  return judgePassword(text.slice(text.indexOf(':') + 1))
}

/** Passwords in URLs, connection strings, headers and files of credentials. */
export const connectionForms: readonly Form[] = [
  { id: 'url-password', name: 'a URL with a password', anchors: ['://'], pattern: /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,30}:\/\/(?<user>[^\s:@/"'<>`|\\]{0,100}):(?<secret>[^\s@/"'<>`\\]{2,300})@(?<host>[^\s/:"'<>`,\\?#]{1,255})/g, judge: judgeUrl },
  { id: 'dsn-password', name: 'a data source name with a password', anchors: ['@tcp(', '@unix('], pattern: /(?<user>[A-Za-z0-9_.-]{1,64}):(?<secret>[^\s@/"'<>]{2,200})@(?:tcp|unix)\((?<host>[^\s):]{1,255})/g, judge: judgeUrl },
  { id: 'jdbc-password', name: 'a JDBC URL with a password', anchors: ['jdbc:'], pattern: /jdbc:[a-z0-9]{2,20}:[^\s"'<>]{1,300}?[?&;](?:password|pwd)=(?<secret>[^\s&;"'<>]{2,200})/gi, judge: judgePassword },
  { id: 'jdbc-password', name: 'a JDBC URL with a password', anchors: ['jdbc:oracle'], pattern: /jdbc:oracle:[a-z0-9]{2,8}:[^\s/:@"']{1,60}\/(?<secret>[^\s@"']{2,100})@/gi, judge: judgePassword },
  { id: 'connection-string', name: 'a connection string with a password', anchors: ['password=', 'pwd=', 'password =', 'pwd ='], pattern: /(?:server|data source|host|hostname|addr|driver|uid|user id|username|user|database|initial catalog)\s{0,3}=\s{0,3}[^;\n"']{1,200};(?:[^;\n"']{0,200};){0,8}?\s{0,3}(?:password|pwd)\s{0,3}=\s{0,3}(?<secret>[^;\s"']{2,200})/gi, judge: judgePassword },
  { id: 'connection-string', name: 'a connection string with a password', anchors: ['password='], pattern: /(?:host|dbname|user)=[^\s"']{1,100} (?:[a-z_]{2,20}=[^\s"']{1,100} ){0,6}?password=(?<secret>[^\s"']{2,200})/g, judge: judgePassword },
  { id: 'redis-password', name: 'a Redis connection string with a password', anchors: [',password='], pattern: /[a-z0-9.-]{1,200}:\d{2,5},(?:[A-Za-z]{2,30}=[^,\s"']{1,60},){0,6}?password=(?<secret>[^,\s"']{2,200})/g, judge: judgePassword },
  { id: 'basic-header', name: 'an Authorization header', anchors: ['basic '], pattern: /\bBasic\s{1,3}(?<secret>[A-Za-z0-9+/]{6,400}={0,2})(?![A-Za-z0-9+/=])/g, judge: judgeBasic },
  { id: 'bearer-header', name: 'an Authorization header', anchors: ['bearer '], pattern: /\bBearer\s{1,3}(?<secret>[A-Za-z0-9_.~+/=-]{16,4000})/gi, judge: (s) => (/\d/.test(s) && /[A-Za-z]/.test(s) && !isPlaceholder(s) ? 'likely' : undefined) },
  { id: 'docker-auth', name: 'the login of an image registry', anchors: ['"auth"', 'auth:'], pattern: /"?\bauth"?\s{0,4}:\s{0,4}"?(?<secret>[A-Za-z0-9+/]{6,4000}={0,2})(?![A-Za-z0-9+/=])/g, judge: (s) => (judgeBasic(s) === undefined ? undefined : judgeBasic(s) === 'possible' ? 'possible' : 'certain') },
  { id: 'htpasswd', name: 'a line of htpasswd', anchors: ['$apr1$', ':$2', ':{sha}', ':$5$', ':$6$'], pattern: /(?<![A-Za-z0-9_.@-])[A-Za-z0-9_.@-]{1,64}:(?<secret>\$apr1\$[A-Za-z0-9./]{1,8}\$[A-Za-z0-9./]{22}|\$2[abxy]\$\d\d\$[A-Za-z0-9./]{53}|\{SHA\}[A-Za-z0-9+/]{27}=|\$[56]\$[A-Za-z0-9./=$]{20,120})/g, judge: () => 'likely' },
  { id: 'netrc', name: 'a line of netrc', anchors: ['machine '], pattern: /\bmachine\s{1,4}[^\s]{1,200}\s{1,8}login\s{1,4}[^\s]{1,200}\s{1,8}password\s{1,4}(?<secret>[^\s]{2,200})/g, judge: judgePassword },
  { id: 'pgpass', name: 'a line of pgpass', anchors: [':5432:', ':*:'], pattern: /(?:^|[\s"'=])[A-Za-z0-9.*-]{1,200}:(?:\d{2,5}|\*):[A-Za-z0-9_*-]{1,64}:[A-Za-z0-9_*.-]{1,64}:(?<secret>[^\s:"']{2,200})(?:$|[\s"'])/gm, judge: judgePassword },
  { id: 'cookie', name: 'a cookie of a session', anchors: ['cookie:', 'cookie '], pattern: /\b(?:set-)?cookie["']?\s{0,3}[:=]\s{0,3}["']?[^\n]{0,200}?\b[\w.-]{0,30}(?:sess|sid|auth|token)[\w.-]{0,30}=(?<secret>[A-Za-z0-9%._~+/-]{20,1000})/gi, judge: (s) => (/\d/.test(s) && /[A-Za-z]/.test(s) ? 'likely' : undefined) },
  // Command lines and configuration that puts a blank between name and value.
  { id: 'argument', name: 'a password as an argument', anchors: ['curl', 'wget', 'http'], pattern: /(?<![\w-])(?:-u|--user)[ \t=]{1,4}["']?[\w.@-]{1,64}:(?<secret>[^\s"'`:@/]{3,200})/g, judge: judgePassword },
  { id: 'argument', name: 'a password as an argument', anchors: ['mysql', 'maria', 'sshpass', 'docker login', 'redis-cli'], pattern: /\b(?:mysql\w{0,8}|mariadb[\w-]{0,10}|sshpass|docker login|redis-cli)(?:[ \t]{1,4}[^\s;|&]{1,100}){0,8}?[ \t]{1,4}-(?:p|a )[ \t]{0,2}["']?(?<secret>[^\s"'\-$;|&][^\s"';|&]{3,200})/g, judge: judgePassword },
  { id: 'sql-password', name: 'a password in SQL', anchors: ['identified by', 'password '], pattern: /\b(?:identified by|with password|encrypted password)\s{1,4}'(?<secret>[^'\n]{2,200})'/gi, judge: judgePassword },
  { id: 'redis-config', name: 'a password of a Redis configuration', anchors: ['requirepass', 'masterauth'], pattern: /^[ \t]{0,8}(?:requirepass|masterauth)[ \t]{1,4}["']?(?<secret>[^\s"']{2,200})/gm, judge: judgePassword },
]
