import { hookScript, manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './backup-before-migration.ts'

const migrate = hookScript('rails db:migrate', { weight: '5' })
const backup = (options: object) => hookScript('pg_dump shop > /b/x', { name: 'copy', ...options })

ruleSuite(rule, {
  fires: {
    'no backup': [manifests(migrate), 'Job/migrate: it migrates data, and no backup runs before it'],
    'a backup afterwards': [manifests(`${migrate}---\n${backup({ weight: '6' })}`), 'no backup'],
    'known by its name': [manifests(hookScript('./run', { name: 'shop-migrations' })), 'Job/shop-migrations'],
  },
  passes: {
    'a backup before': manifests(`${migrate}---\n${backup({ weight: '-5' })}`),
    'before, for one that runs after the upgrade': manifests(`${hookScript('flyway migrate', { events: 'post-upgrade' })}---\n${backup({ weight: '9' })}`),
    'a snapshot': manifests(`${migrate}---\napiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot\nmetadata: { name: s, annotations: { helm.sh/hook: pre-upgrade, helm.sh/hook-weight: "-1" } }\n`),
    'in the same job': manifests(hookScript('pg_dump shop | aws s3 cp - s3://b/x && rails db:migrate')),
    'only when first installed': manifests(hookScript('rails db:migrate', { events: 'pre-install' })),
    'another hook': manifests(hookScript('echo hello', { name: 'greet' })),
  },
})
