import { likely, type Form } from './form.ts'

const mixed = (text: string): boolean => /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text)

/** Credentials of clouds and of those who rent servers. */
export const cloudForms: readonly Form[] = [
  { id: 'aws-access-key-id', name: 'an AWS access key id', anchors: ['akia', 'asia', 'abia', 'acca'], pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g, judge: (s) => (/\d/.test(s.slice(4)) ? 'likely' : undefined) },
  // A secret key has no form of its own: forty characters beside an id, or named.
  { id: 'aws-secret-access-key', name: 'an AWS secret access key', anchors: ['akia', 'asia'], pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])[^]{0,200}?(?<![A-Za-z0-9/+=])(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/g, judge: (s) => (mixed(s) ? 'certain' : undefined) },
  { id: 'aws-secret-access-key', name: 'an AWS secret access key', anchors: ['aws'], pattern: /aws.{0,20}?secret.{0,30}?[=:\s"']{1,5}(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi, judge: (s) => (mixed(s) ? 'certain' : undefined) },
  { id: 'aws-session-token', name: 'an AWS session token', anchors: ['iqojb3jpz2lux2vj', 'fwogzxivyxdze', 'fqogzxivyxdze'], pattern: /(?:IQoJb3JpZ2luX2Vj|F[wQ]oGZXIvYXdzE)[A-Za-z0-9+/]{80,2000}={0,2}/g },
  { id: 'aws-bedrock-key', name: 'an AWS Bedrock API key', anchors: ['absk'], pattern: /\bABSK[A-Za-z0-9+/]{100,200}={0,2}/g, judge: (s) => (Buffer.from(s.slice(4), 'base64').toString('latin1').startsWith('BedrockAPIKey-') ? 'certain' : undefined) },
  { id: 'gcp-api-key', name: 'a Google API key', anchors: ['aiza'], pattern: /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g },
  { id: 'gcp-service-account', name: 'the key of a Google service account', anchors: ['service_account'], pattern: /"type"\s{0,8}:\s{0,8}"service_account"[^]{0,400}?"private_key"\s{0,8}:\s{0,8}"(?<secret>[^"]{40,4000})"/g, judge: (s) => (s.includes('PRIVATE KEY') ? 'certain' : undefined) },
  { id: 'google-client-secret', name: 'a Google OAuth client secret', anchors: ['gocspx-'], pattern: /\bGOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/g },
  { id: 'google-refresh-token', name: 'a Google refresh token', anchors: ['1//0'], pattern: /(?<![A-Za-z0-9/:])1\/\/0[A-Za-z0-9_-]{40,200}/g },
  { id: 'google-access-token', name: 'a Google access token', anchors: ['ya29.'], pattern: /\bya29\.[A-Za-z0-9_-]{30,1000}/g },
  { id: 'azure-storage-key', name: 'the key of an Azure account', anchors: ['accountkey='], pattern: /AccountKey=(?<secret>[A-Za-z0-9+/]{86}==)/gi },
  { id: 'azure-shared-access-key', name: 'a shared access key of Azure', anchors: ['sharedaccesskey='], pattern: /SharedAccessKey=(?<secret>[A-Za-z0-9+/]{43}=)/gi },
  { id: 'azure-sas', name: 'a shared access signature of Azure', anchors: ['sig='], pattern: /[?&]s[vep]=[^\s"'<>]{1,300}?&(?:amp;)?sig=(?<secret>[A-Za-z0-9%/+=]{40,80})/g },
  { id: 'azure-sas', name: 'a shared access signature of Azure', anchors: ['sig='], pattern: /[?&]sig=(?<secret>[A-Za-z0-9%/+]{40,80}(?:%3D|=))&(?:amp;)?[^\s"'<>]{0,300}?s[vep]=/g },
  { id: 'azure-client-secret', name: 'a client secret of Azure', anchors: ['q~'], pattern: /(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])/g },
  { id: 'azure-devops-token', name: 'an Azure DevOps token', anchors: ['azdo'], pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])/g },
  { id: 'azure-key', name: 'a key of an Azure service', anchors: ['acdb', 'azfu', 'azse', 'acr', 'aiot', 'asb', 'aeh'], pattern: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{42,76}(?:ACDb|AzFu|AzSe|\+ACR|AIoT|\+ASb|\+AEh)[A-Za-z0-9+/]{5,6}={0,2}(?![A-Za-z0-9+/=])/g, judge: likely },
  { id: 'alibaba-access-key', name: 'an Alibaba access key id', anchors: ['ltai'], pattern: /\bLTAI[A-Za-z0-9]{12,20}(?![A-Za-z0-9])/g, judge: (s) => (mixed(s) ? 'likely' : undefined) },
  { id: 'digitalocean-token', name: 'a DigitalOcean token', anchors: ['_v1_'], pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/g },
  { id: 'cloudflare-origin-key', name: 'a Cloudflare origin CA key', anchors: ['v1.0-'], pattern: /\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b/g },
  { id: 'heroku-key', name: 'a Heroku API key', anchors: ['hrku-'], pattern: /\bHRKU-[A-Za-z0-9_-]{36,64}(?![A-Za-z0-9_-])/g },
  { id: 'fly-token', name: 'a Fly.io token', anchors: ['fm2_', 'fo1_'], pattern: /\b(?:fm2_[A-Za-z0-9+/]{100,1000}={0,2}|fo1_[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/g },
  { id: 'databricks-token', name: 'a Databricks token', anchors: ['dapi'], pattern: /\bdapi[a-f0-9]{32}(?:-\d)?(?![A-Za-z0-9])/g },
  { id: 'planetscale-token', name: 'a PlanetScale credential', anchors: ['pscale_'], pattern: /\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,64}/g },
  { id: 'supabase-key', name: 'a Supabase key', anchors: ['sbp_', 'sb_secret_'], pattern: /\b(?:sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{22,50})(?![A-Za-z0-9])/g },
  { id: 'tailscale-key', name: 'a Tailscale key', anchors: ['tskey-'], pattern: /\btskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{24,48}/g },
]
