import { manifests, workload } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './monitoring.ts'

const web = workload('{ containers: [] }')

ruleSuite(rule, {
  fires: {
    'a workload and nothing else': [manifests(web), 'nothing of the 1 objects makes a monitoring system look at Deployment/web'],
    'scraping switched off': [manifests(`${web}---\napiVersion: v1\nkind: Service\nmetadata: { name: web, annotations: { prometheus.io/scrape: "false" } }\n`), 'nothing of the 2 objects'],
  },
  passes: {
    'a ServiceMonitor': manifests(`${web}---\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: web }\n`),
    'an annotation of the Service': manifests(`${web}---\napiVersion: v1\nkind: Service\nmetadata: { name: web, annotations: { prometheus.io/scrape: "true" } }\n`),
    'an annotation of the pods': manifests(web.replace('labels: {}', 'annotations: { ad.datadoghq.com/app.checks: "{}" }')),
    'nothing that serves': manifests('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n'),
  },
})
