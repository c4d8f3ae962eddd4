import { hookScript, manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './durable-backup.ts'

const run = (script: string, volumes = '[]', name = 'copy') => manifests(hookScript(script, { name }, volumes))

ruleSuite(rule, {
  fires: {
    'to its own disk': [run('pg_dump shop > /tmp/x'), "Job/copy: its backup stays on the pod's own disk"],
    'to an emptyDir': [run('mysqldump shop > /b/x', '[{ name: b, emptyDir: {} }]'), 'stays on'],
    'known by its name': [run('./run.sh', '[]', 'shop-backup'), 'Job/shop-backup'],
  },
  passes: {
    'to a claim': run('pg_dump shop > /b/x', '[{ name: b, persistentVolumeClaim: { claimName: backups } }]'),
    'uploaded': run('pg_dump shop | aws s3 cp - s3://b/x'), 'restic': run('restic -r s3:x backup /data'), 'no backup': run('echo hello'),
  },
})
