import { manifests } from '../../../../../test/policy/facts.ts'
import { ruleSuite } from '../../../../../test/policy/rule-suite.ts'
import rule from './size.ts'

const many = Array.from({ length: 501 }, (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c${i} }\n`).join('---\n')

ruleSuite(rule, {
  fires: {
    'a record near the limit': [manifests('', { recordBytes: 1024 * 1024 * 0.9 }), 'its record takes 90% of the 1 MiB'],
    'many objects': [manifests(many), '501 objects'],
    'large manifests': [manifests(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: big }\ndata: { x: ${'a'.repeat(5 * 1024 * 1024)} }\n`), '5.0 MiB of manifests'],
  },
  passes: { 'a usual chart': manifests('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n') },
})
