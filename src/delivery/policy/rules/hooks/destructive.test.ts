import { hookScript, manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './destructive.ts'

const run = (script: string, options = {}) => manifests(hookScript(script, options))
const hook = (kind: string, policy: string, events = 'pre-install,pre-upgrade') => manifests(`apiVersion: v1\nkind: ${kind}\nmetadata: { name: data, annotations: { helm.sh/hook: "${events}"${policy} } }\n`)

ruleSuite(rule, {
  fires: {
    ...Object.fromEntries([
      ['psql -c "DROP TABLE orders"', 'DROP'], ['psql -c "truncate table orders; TRUNCATE orders"', 'TRUNCATE'], ['psql -c "DELETE FROM orders;"', 'DELETE without WHERE'], ['dropdb shop', 'dropdb'],
      ['mongosh --eval "db.dropDatabase()"', 'dropDatabase()'], ['redis-cli flushall', 'FLUSHALL'], ['rm -rf /data/*', 'rm -r'], ['rm -f -r -- "/var/lib/x"', 'rm -r'], ['kubectl delete pvc -l app=x', 'kubectl delete'],
      ['kubectl -n shop delete pods --all', 'kubectl delete'], ['kubectl delete -n shop job,pvc -l x=y', 'kubectl delete'], ['kubectl delete crd/widgets.acme.example', 'kubectl delete'], ['helm uninstall old', 'helm uninstall'], ['aws s3 rm s3://b --recursive', 'aws s3 rm'], ['bundle exec rails db:reset', "a migration tool's reset"],
    ].map(([script, what]) => [script!, [run(script!), `Job/migrate: it runs a destructive command: ${what}`] as const])),
    'a claim as a hook': [hook('PersistentVolumeClaim', ''), 'PersistentVolumeClaim/data: it keeps data and is a hook'],
  },
  passes: {
    'a migration': run('rails db:migrate'), 'DELETE with WHERE': run('psql -c "DELETE FROM jobs WHERE done"'), 'temporary files': run('rm -rf /tmp/work; rm -f /data/lock'), 'one old job': run('kubectl delete job old-job'), 'a Secret of a namespace': run('kubectl delete secret ca tls --namespace ns || true; kubectl delete cm x -n ns'),
    'when the release is removed': run('kubectl delete pvc --all', { events: 'pre-delete' }), 'a claim made once': hook('PersistentVolumeClaim', '', 'pre-install'), 'a claim that is kept': hook('PersistentVolumeClaim', ', helm.sh/hook-delete-policy: hook-failed'),
    'a test': run('dropdb test', { events: 'test' }),
  },
})
