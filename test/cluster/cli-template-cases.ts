/** Command lines of `template`, run below a folder with the charts of cli-charts.ts. Words are separated by one space; `␣` is a space within a word. */

export interface TemplateCase { args: string; stdin?: string; env?: Record<string, string> }

const lines = (text: string): TemplateCase[] => text.trim().split('\n').map((l) => l.trim()).filter((l) => l !== '' && !l.startsWith('#')).map((args) => ({ args }))

export const words = (text: string): string[] => text.split(' ').map((w) => w.replaceAll('␣', ' '))

export const templateCases: readonly TemplateCase[] = [
  ...lines(`
    template full
    template rel full
    template rel ./full
    template rel full/
    template rel full.tgz
    template rel plain.tar.gz
    template rel full --namespace ns
    template rel full -n ns
    template rel full -nns
    template rel full --namespace=ns --debug
    # values
    template rel full -f v1.yaml
    template rel full -f v1.yaml -f v2.yaml
    template rel full -f v1.yaml,v2.yaml
    template rel full --values v2.yaml --values=v1.yaml
    template rel full -f empty.yaml
    template rel plain -f broken.yaml
    template rel plain -f list.yaml
    template rel plain -f nosuch.yaml
    template rel plain -f ""
    template rel plain --set a=1,b=true,c=null,d=x
    template rel plain --set a.b.c=1 --set a.b.d=2
    template rel plain --set a[0]=1,a[2]=3
    template rel plain --set a={1,2,three}
    template rel plain --set a=1\\,2
    template rel plain --set a
    template rel plain --set a[x]=1
    template rel plain --set a=
    template rel plain --set =1
    template rel plain --set a=1,b
    template rel plain --set-string a=1,b=true
    template rel plain --set-string a
    template rel plain --set-file a=file.txt
    template rel plain --set-file a=nosuch.txt
    template rel plain --set-file a
    template rel plain --set-json a={"b":[1,2.5,1e3]}
    template rel plain --set-json {"a":1,"b":{"c":null}}
    template rel plain --set-json {"a":1
    template rel plain --set-json a=[1
    template rel plain --set-json a
    template rel plain --set-literal a=1,b=2{x}
    template rel plain --set-literal a
    template rel plain --set a=1 --set-string a=2 --set-json a=3 --set-literal a=4 --set-file a=file.txt
    template rel plain --set n=1000000,m=1.5,o=0123
    # show only
    template rel full -s templates/cm.yaml
    template rel full --show-only templates/cm.yaml --show-only templates/many.yaml
    template rel full -s templates/many.yaml -s templates/cm.yaml
    template rel full -s templates/*.yaml
    template rel full -s templates/*
    template rel full -s templates/deep/er/svc.yaml
    template rel full -s templates/deep
    template rel full -s charts/sub/templates/cm.yaml
    template rel full -s templates/nosuch.yaml
    template rel full -s templates/cm.yaml -s templates/nosuch.yaml
    template rel full -s templates/NOTES.txt
    template rel full -s templates/empty.yaml
    template rel full -s templates/hook.yaml
    template rel full -s templates/hook.yaml --no-hooks
    template rel full -s templates/tests/t.yaml
    template rel full -s templates/tests/t.yaml --skip-tests
    template rel full -s crds/crd.yaml --include-crds
    template rel full -s crds/crd.yaml
    template rel full -s [
    template rel full -s templates/[c-m]*.yaml
    template rel full -s templates/cm.yaml,templates/many.yaml
    template rel full -s full/templates/cm.yaml
    template rel full -s ./templates/cm.yaml
    template rel full -s ""
    template rel twoyaml -s templates/good.yaml
    template rel twoyaml -s templates/nosuch.yaml --debug
    # output
    template rel full --output-dir out
    template rel full --output-dir out --release-name
    template rel full --output-dir out --include-crds
    template rel full --output-dir out --no-hooks
    template rel full --output-dir out --skip-tests
    template rel full --output-dir out/deeper/still -n ns
    template rel full --output-dir ./out
    template rel full --output-dir out/
    template rel full --output-dir out -s templates/cm.yaml
    template rel full --output-dir file.txt
    template rel plain --output-dir out --release-name
    template full --output-dir out --release-name
    template rel noyaml --output-dir out
    template rel hooksonly --output-dir out
    # names
    template full --release-name
    template full --name-template foo
    template full --name-template {{␣"a"␣|␣upper␣|␣lower␣}}-x
    template full --name-template {{
    template full --name-template {{␣nosuch␣}}
    template full --name-template {{␣.x␣}}
    template rel full --name-template foo
    template rel full -g
    template rel full --generate-name
    template Bad_Name full
    template averyveryveryverylongreleasenamethatisfartoolongforhelmsurely full
    template -x full
    template rel.with.dots full
    template full -n Bad_NS
    # what is rendered
    template rel full --include-crds
    template rel full --include-crds --skip-crds
    template rel full --skip-crds
    template rel full --skip-tests
    template rel full --no-hooks
    template rel full --no-hooks=false
    template rel full --is-upgrade
    template rel full --kube-version 1.25.3
    template rel full --kube-version v1.25
    template rel full --kube-version 1.25.3+gke.100
    template rel full --kube-version 1
    template rel full --kube-version nope
    template rel full --kube-version 1.2.3.4
    template rel full --api-versions cert-manager.io/v1
    template rel full -a cert-manager.io/v1,x/y -a z
    template rel kube
    template rel kube --debug
    template rel kube --kube-version 99.1.0
    template rel schema
    template rel schema -f port.yaml
    template rel schema --set port=x
    template rel schema --skip-schema-validation
    template rel schema --debug
    template rel noparse
    template rel noparse --debug
    template rel noexec
    template rel noexec --debug
    template rel noyaml
    template rel noyaml --debug
    template rel noyaml --no-hooks
    template rel nofail
    template rel nofail --debug
    template rel required
    template rel notes
    template rel notes --debug
    template rel badhook
    template rel hooksonly
    template rel hooksonly --no-hooks
    template rel nothing
    template rel library
    template rel odd
    template rel old
    template rel missing
    template rel noversion
    template rel notachart
    template rel nometa
    template rel file.txt
    template rel ./nosuch
    template rel /nosuch/chart
    # flags without effect here
    template rel plain --hide-notes
    template rel plain --render-subchart-notes
    template rel plain --replace --wait --wait-for-jobs --timeout 3s --description x --labels a=b --enable-dns --atomic
    template rel plain --rollback-on-failure --disable-openapi-validation --take-ownership --create-namespace --server-side=false --force-conflicts
    template rel plain --force
    template rel plain --devel
    template rel plain --version 9.9.9
    template rel plain --dry-run
    template rel plain --dry-run=client
    template rel plain --dry-run=true
    template rel plain --dry-run=1
    template rel plain --dry-run=false
    template rel plain --dry-run=none
    template rel plain --dry-run=nope
    template rel plain --dry-run=
    template --dry-run rel plain
    template rel plain --validate --dry-run=server
    template rel plain --validate=false
    template rel plain --wait=true
    template rel plain --wait=false
    template rel plain --wait=legacy
    template rel plain --wait=nope
    template rel plain --timeout 5
    template rel plain --timeout x
    template rel plain --timeout 5y
    template rel plain --labels a
    template rel plain --labels a=b,c
    template rel plain --labels "a=b
    template rel plain --no-hooks=nope
    template rel plain --burst-limit x
    template rel plain --qps x
    template rel plain --color always
    template rel plain --colour never
    template rel plain --force-replace --force-conflicts
    template rel plain --force --force-conflicts
    template rel plain --server-side=nope
    template rel plain -a "x
    # command line mistakes
    template
    template --nosuch
    template --nosuch=x rel plain
    template rel plain -z
    template rel plain -zq
    template rel plain -fz
    template rel plain --namespace
    template rel plain -n
    template rel plain -gf
    template rel plain --=x
    template rel plain ---x
    template rel plain extra
    template rel plain extra more
    template rel -- plain
    template -- rel plain
    template rel plain -- extra
    template rel plain --output yaml
    template rel plain -o yaml
    template rel plain --hide-secret
    templat rel plain
    -n ns template rel full -s templates/cm.yaml
    --namespace ns template rel full -s templates/cm.yaml
    --namespace=ns template rel full -s templates/cm.yaml
    --debug template rel noyaml
    template rel plain --post-renderer=
    template rel plain --post-renderer-args x
    template rel plain --kubeconfig /nonexistent
    template rel plain --kube-context x
    template rel plain --kube-as-group a --kube-as-group b --kube-token t
    nosuch
    install
    install a
    install --dry-run=client
    upgrade
    upgrade a
    upgrade a b c
    rollback
    uninstall
    list a
    history
    history a b
    status
    status a b
    get all
    get values a b
    get hooks
    get manifest
    get notes
    get metadata
    test
    test a b
    rollback a b
    rollback a 1 --dry-run=nope
    uninstall a --cascade nope
    list -o nope
    list -m x
    history a -o nope
    history a --max x
    status a --revision x
    env a b
    env HELM_NAMESPACE
    env HELM_NAMESPACE -n x
    env NO_SUCH
    install a plain --hide-secret
    install a plain --dry-run=nope
    install plain
    install -g
    template rel plain -gz
    template rel plain --labels "a=b"
    template rel plain --labels a=b,c=d
    template rel plain --labels "a=b,c=d
    templat
    remove a
    upgrad
    install a plain --dry-run=client
    install a full --dry-run=client
    install a full --dry-run=client --hide-secret --description other
    install a full --dry-run=client -o json
    install a full --dry-run=client -o yaml --namespace x
    install a noyaml --dry-run=client
    install a noyaml --dry-run=client --debug
    install a missing --dry-run=client
    install a schema --dry-run=client
    install a old --dry-run=client --no-hooks --hide-notes
    install Bad --dry-run=client plain
    install a plain --dry-run
    install a plain --dry-run=true
    install a plain --dry-run=client --labels owner=x
    install a full --dry-run=client --debug
    install a full --dry-run=client --debug -f v2.yaml
    list
    list --kubeconfig /nonexistent
    list --kube-context x
    get values a
    status a
    history a
    uninstall a
    rollback a
    test a
    upgrade a plain
    upgrade -i a plain
    upgrade a plain --dry-run=client
    upgrade -i a plain --dry-run=client
    template rel plain --dry-run=server
    template rel plain --validate
    install a ./nosuch --dry-run=client
    install a library --dry-run=client
    install a plain --force-replace --force-conflicts
    install a plain -o nope --dry-run=client
    upgrade a ./nosuch --dry-run=client
    upgrade a plain --dry-run=nope
  `),
  { args: 'template rel plain -f -', stdin: 'from: stdin\n' },
  { args: 'template rel plain -f - -f v1.yaml', stdin: 'a: stdin\nb: 1\n' },
  { args: 'template rel plain -f v1.yaml -f -', stdin: 'a: stdin\nb: 1\n' },
  { args: 'template rel plain -f -', stdin: '' },
  { args: 'template rel plain -f -', stdin: 'a: [' },
  { args: 'template rel plain --set-file a=-', stdin: 'text' },
  { args: 'template rel full', env: { HELM_NAMESPACE: 'from-env' } },
  { args: 'template rel full -n flag', env: { HELM_NAMESPACE: 'from-env' } },
  { args: 'template rel noyaml', env: { HELM_DEBUG: 'true' } },
  { args: 'template rel plain', env: { HELM_DEBUG: 'maybe' } },
  { args: 'env' },
  { args: 'env', env: { HELM_NAMESPACE: 'x', HELM_DEBUG: '1', HELM_MAX_HISTORY: '5', HELM_BURST_LIMIT: '7', HELM_QPS: '1.5', HELM_KUBEASGROUPS: 'a,b', HELM_KUBETOKEN: 't', HELM_CACHE_HOME: '/c', HELM_CONFIG_HOME: '/d', HELM_DATA_HOME: '/e' } },
  { args: 'env', env: { XDG_CACHE_HOME: '/xc', XDG_CONFIG_HOME: '/xg', XDG_DATA_HOME: '/xd', HELM_PLUGINS: '/p', HELM_REGISTRY_CONFIG: '/r', HELM_MAX_HISTORY: 'x', HELM_KUBEINSECURE_SKIP_TLS_VERIFY: 'T' } },
  { args: 'env --kube-token t --qps 3 --burst-limit 9 --debug --kube-context c --kube-apiserver https://s --registry-config rc' },
]
