import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ensureTool } from '../../scripts/tools/ensure-tool.ts'
import { openapiVersions } from '../../scripts/kubernetes-openapi.ts'
import { breakDocument } from '../conformance/break-document.ts'
import { compareVerdicts } from '../conformance/kubeconform.ts'
import { Random } from '../conformance/random.ts'
import { renderedDocuments } from '../conformance/rendered-documents.ts'

const program = await ensureTool('kubeconform')

/** What rendered charts seldom hold. */
const odd = [
  '', '\n', '# nothing\n', '{}', '[]', 'text', '5', 'null', 'kind: Pod', 'apiVersion: v1', 'kind: 5\napiVersion: v1', 'kind: Pod\napiVersion: 1', 'Kind: Pod\nAPIVersion: v1\n',
  'kind: Pod\napiVersion: v1\nmetadata: text\n', 'kind: Pod\napiVersion: v1\nmetadata: {name: 5, Namespace: [a]}\n', 'kind: Pod\napiVersion: v1\nmetadata: {generateName: a-}\n',
  'kind: pod\napiVersion: V1\n', 'kind: Pod\napiVersion: v1\nspec: {containers: [{name: a, ports: [{containerPort: 80.0}]}]}\n', 'kind: Pod\napiVersion: v1\nspec: &a {containers: *a}\n',
  'kind: List\napiVersion: v1\nitems: [{kind: Pod, apiVersion: v1}, null, 5, {kind: Pod}, {apiVersion: v1}]\n', 'kind: LIST\napiVersion: v1\nItems: [{kind: Pod, apiVersion: v1, spec: {x: 1}}]\n',
  'kind: List\nitems: []\n', 'kind: List\napiVersion: v1\nitems: text\n', 'kind: PodList\napiVersion: v1\nitems: [{kind: Pod, apiVersion: v1, spec: {containers: [{}]}}]\n',
  'kind: Certificate\napiVersion: cert-manager.io/v1\n', 'kind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\nspec: {}\n', 'kind: Deployment\napiVersion: extensions/v1beta1\n',
  'kind: ObjectMeta\napiVersion: meta/v1\n', 'kind: Ingress\napiVersion: networking.example.com/v1\n', 'kind: APIService\napiVersion: apiregistration.k8s.io/v1\nspec: {groupPriorityMinimum: 1, versionPriority: 1e2}\n',
  'kind: Secret\napiVersion: v1\ndata: {a: not base64, b: null}\n', 'kind: ConfigMap\napiVersion: v1\ndata: {a: 1}\n', 'kind: ConfigMap\napiVersion: v1\ndata: {a: "1"}\nbinaryData:\n', 'kind: ConfigMap\napiVersion: v1\ndata: {a: x, a: y}\n',
  'kind: PersistentVolumeClaim\napiVersion: v1\nspec: {resources: {requests: {storage: 5, x: null, y: true}}}\n', 'kind: Service\napiVersion: v1\nspec: {ports: [{port: 80, targetPort: null}]}\n',
  'kind: StatefulSet\napiVersion: apps/v1\nspec: {selector: {}, template: {}, volumeClaimTemplates: [{apiVersion: v2, kind: null}]}\n', 'kind: Event\napiVersion: v1\nmetadata: {creationTimestamp: yesterday}\ninvolvedObject: {}\n',
  'kind: Job\napiVersion: batch/v1\nspec: {template: {spec: {containers: [null], restartPolicy: 1}}}\n', 'kind: Eviction\napiVersion: policy/v1\n', 'kind: DeleteOptions\napiVersion: apps/v1\n', 'kind: Status\napiVersion: v1\nstatus: {}\n',
]

for (const version of [openapiVersions[0], openapiVersions.at(-1)!]) {
  test.skipIf(program === undefined)(`the verdicts of kubeconform -strict, object by object, Kubernetes ${version}`, async () => {
    const { documents } = await renderedDocuments([resolve(import.meta.dirname, '../../examples')])
    const random = new Random(20_26)
    const all = [...odd, ...documents]
    for (const text of all.slice()) for (let i = 0; i < 20; i++) all.push(breakDocument(text, random))
    const { differences, objects, invalid, skipped, errors } = await compareVerdicts(program!, all, version)
    expect(differences).toEqual([])
    expect(documents.length).toBeGreaterThan(5)
    expect(Math.min(objects - 500, invalid - 200, skipped - 20, errors - 50)).toBeGreaterThan(0)
  })
}
