import { describe, expect, it } from 'vitest'
import { patchManifests } from './index.ts'

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: nginx:1
`
const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n'

describe('patchManifests', () => {
  it('applies all kinds of patches in memory', async () => {
    const out = await patchManifests([deployment, service], {
      jsonPatches: [{ name: 'json.yaml', text: 'target: {kind: Deployment, name: web}\npatch:\n- {op: replace, path: /spec/replicas, value: 3}\n' }],
      strategicMergePatches: [{ name: 'merge.yaml', text: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: side, image: side}]}}}\n' }],
      transformers: [{ name: 't.yaml', text: 'apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: x}\nannotations: {team: a}\nfieldSpecs: [{path: metadata/annotations, create: true}]\n' }],
    })
    expect(out.map(({ kind, name }) => `${kind}/${name}`)).toEqual(['Service/web', 'Deployment/web'])
    expect(out[1]!.yaml).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    team: a
  name: web
spec:
  replicas: 3
  template:
    spec:
      containers:
      - image: side
        name: side
      - image: nginx:1
        name: web
`)
  })

  it('removes what a patch deletes, and says what a patch does not find', async () => {
    const gone = { name: 'x', text: 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n$patch: delete\n' }
    expect((await patchManifests([deployment, service], { strategicMergePatches: [gone] })).map((one) => one.kind)).toEqual(['Deployment'])
    await expect(patchManifests([deployment], { strategicMergePatches: [gone] })).rejects.toThrow('no resource matches strategic merge patch "Service.v1.[noGrp]/web.[noNs]": no matches for Id Service.v1.[noGrp]/web.[noNs]')
    await expect(patchManifests([deployment], { jsonPatches: [{ name: 'p.yaml', text: 'target: {name: web}' }] })).rejects.toThrow('either "path" or "patch" must be set in p.yaml')
  })
})
