import { crcBase62, crcHex } from '../checksums.ts'
import { checked, likely, type Form } from './form.ts'

const endsInCrc62 = (prefix: number) => (token: string): boolean => crcBase62(token.slice(prefix, -6)) === token.slice(-6)

/** Credentials of source hosts, package registries, CI and infrastructure tools. */
export const developmentForms: readonly Form[] = [
  { id: 'github-token', name: 'a GitHub token', anchors: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], pattern: /\bgh[pousr]_[A-Za-z0-9]{36,255}(?![A-Za-z0-9])/g, judge: checked(endsInCrc62(4)) },
  { id: 'github-fine-grained-token', name: 'a GitHub token', anchors: ['github_pat_'], pattern: /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9])/g },
  { id: 'gitlab-token', name: 'a GitLab token', anchors: ['gl'], pattern: /\b(?:glpat|gldt|glrt|glrtr|glcbt|glptt|glft|glimt|glagent|glsoat|gloas|glffct)-[A-Za-z0-9_.-]{20,300}/g },
  { id: 'gitlab-runner-token', name: 'a registration token of a GitLab runner', anchors: ['gr1348941'], pattern: /\bGR1348941[A-Za-z0-9_-]{20}(?![A-Za-z0-9_-])/g },
  { id: 'bitbucket-password', name: 'a Bitbucket app password', anchors: ['atbb'], pattern: /\bATBB[A-Za-z0-9]{24}[A-F0-9]{8}(?![A-Za-z0-9])/g },
  { id: 'atlassian-token', name: 'an Atlassian API token', anchors: ['atatt3xff', 'atctt3xff'], pattern: /\bAT[AC]TT3xFf[A-Za-z0-9+/_-]{50,300}=[A-F0-9]{8}(?![A-Za-z0-9])/g, judge: checked((t) => crcHex(t.slice(0, -9)).toUpperCase() === t.slice(-8)) },
  { id: 'npm-token', name: 'an npm token', anchors: ['npm_'], pattern: /\bnpm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g, judge: checked(endsInCrc62(4)) },
  { id: 'npm-auth', name: 'the credential of an npm registry', anchors: ['_authtoken', '_auth'], pattern: /:_(?:authToken|auth|password)\s{0,4}=\s{0,4}(?<secret>[^\s${]{8,2000})/gi, judge: likely },
  { id: 'pypi-token', name: 'a PyPI token', anchors: ['pypi-ageichlwas5vcmc', 'pypi-agendgvzdc5wexbpbm9yzw'], pattern: /\bpypi-(?:AgEIcHlwaS5vcmc|AgENdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{50,1000}/g },
  { id: 'rubygems-key', name: 'a RubyGems key', anchors: ['rubygems_'], pattern: /\brubygems_[a-f0-9]{48}\b/g },
  { id: 'crates-token', name: 'a crates.io token', anchors: ['cio'], pattern: /(?<![A-Za-z0-9])cio[A-Za-z0-9]{32}(?![A-Za-z0-9])/g, judge: (s) => (/\d/.test(s) && /[A-Z]/.test(s) && /[a-z]/.test(s.slice(3)) ? 'likely' : undefined) },
  { id: 'nuget-key', name: 'a NuGet key', anchors: ['oy2'], pattern: /(?<![A-Za-z0-9])oy2[a-z0-9]{43}(?![A-Za-z0-9])/g, judge: likely },
  { id: 'docker-hub-token', name: 'a Docker Hub token', anchors: ['dckr_'], pattern: /\bdckr_[po]at_[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])/g },
  { id: 'artifactory-key', name: 'an Artifactory key', anchors: ['akcp', 'cmvmdgtuo'], pattern: /\b(?:AKCp[A-Za-z0-9]{69}|cmVmdGtuO[A-Za-z0-9]{55})(?![A-Za-z0-9])/g },
  { id: 'sonar-token', name: 'a SonarQube token', anchors: ['squ_', 'sqp_', 'sqa_'], pattern: /\bsq[upa]_[a-f0-9]{40}\b/g },
  { id: 'buildkite-token', name: 'a Buildkite token', anchors: ['bkua_', 'bkct_'], pattern: /\bbk(?:ua|ct)_[a-f0-9]{40}\b/g },
  { id: 'circleci-token', name: 'a CircleCI token', anchors: ['cciprj_', 'ccipat_'], pattern: /\bCCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[a-f0-9]{40}\b/g },
  { id: 'vault-token', name: 'a Vault token', anchors: ['hvs.', 'hvb.', 'hvr.'], pattern: /\bhv[sbr]\.[A-Za-z0-9_-]{24,300}/g },
  { id: 'terraform-token', name: 'a Terraform Cloud token', anchors: ['.atlasv1.'], pattern: /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,100}/g },
  { id: 'pulumi-token', name: 'a Pulumi token', anchors: ['pul-'], pattern: /\bpul-[a-f0-9]{40}\b/g },
  { id: 'doppler-token', name: 'a Doppler token', anchors: ['dp.'], pattern: /\bdp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}(?![A-Za-z0-9])/g },
  { id: 'onepassword-token', name: 'a 1Password service account token', anchors: ['ops_eyj'], pattern: /\bops_eyJ[A-Za-z0-9+/_-]{100,4000}={0,2}/g },
  { id: 'launchdarkly-key', name: 'a LaunchDarkly key', anchors: ['sdk-', 'api-'], pattern: /\b(?:sdk|api)-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}\b/g, judge: likely },
  { id: 'postman-key', name: 'a Postman key', anchors: ['pmak-'], pattern: /\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b/g },
]
