import { hookScript, manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './idempotent.ts'

const run = (script: string, options = {}) => manifests(hookScript(script, options))

ruleSuite(rule, {
  fires: {
    'kubectl create': [run('kubectl -n x create configmap done'), 'Job/migrate: `kubectl create`'],
    'CREATE TABLE': [run('psql -c "create table t (id int)"'), 'CREATE without IF NOT EXISTS'],
    'INSERT': [run("psql -c 'insert into t values (1)'"), 'INSERT without ON CONFLICT'],
    'a script in a ConfigMap': [manifests(`${hookScript('sh /s/run.sh', {}, '[{ name: s, configMap: { name: scripts } }]')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: scripts }\ndata: { run.sh: "createdb shop" }\n`), '`createdb`'],
  },
  passes: {
    'deleted before': run('kubectl delete secret x || true\nkubectl create secret generic x'),
    'apply': run('kubectl apply -f x.yaml'), 'create as a dry run': run('kubectl create cm x --dry-run=client -o yaml | kubectl apply -f -'), 'IF NOT EXISTS': run('psql -c "CREATE TABLE IF NOT EXISTS t (id int); INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING"'),
    'said to be': run('kubectl create ns x', { annotations: 'pintle.dev/idempotent: "true"' }),
    'a test': run('kubectl create ns x', { events: 'test' }),
  },
})
