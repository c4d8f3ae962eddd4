import type { Rule } from '../../rule.ts'

export default {
  id: 'target/naming',
  title: 'The release is named after the service, not after a version or another environment.',
  phase: 'plan',
  severity: { baseline: 'warn', production: 'warn' },
  reason: 'A name is for the life of a release: `shop-v2` is wrong at the next version, and `shop-staging` in production will be taken for the staging release by whoever is in a hurry.',
  fix: 'Name releases `<app>`, `<app>-<environment>` or `<team>-<app>`.',
  check({ environment, target }) {
    if (target?.release === undefined) return target?.unread?.release ?? 'the release was not looked at'
    const { name } = target.release
    const words = name.split(/[-.]/)
    const version = words.find((w) => /^v?\d+$/.test(w) && w !== words[0])
    const other = (target.otherEnvironments ?? []).find((e) => e !== environment && words.includes(e))
    return [
      ...(version === undefined ? [] : [{ message: `release ${name} is named after version ${version}` }]),
      ...(other === undefined || words.includes(environment) ? [] : [{ message: `release ${name} is named after ${other}, and this is ${environment || 'another environment'}` }]),
    ]
  },
} satisfies Rule as Rule
