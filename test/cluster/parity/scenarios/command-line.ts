import { clusterCharts as charts } from '../../cli-charts.ts'
import type { Scenario } from '../scenario.ts'

/** The command line's verbs, outputs and errors, over charts of many kinds. */
export const commandLine: readonly Scenario[] = [
  {
    name: 'a release and its history', charts, steps: `
      install rel app --set a=x -f v.yaml --description first␣one --labels team=a,tier=b
      install rel app
      = list
      = status rel
      = status rel -o json
      = status rel -o yaml
      = get all rel
      = get values rel
      = get values rel -a
      = get values rel -o json
      = get values rel --all -o yaml
      = get manifest rel
      = get notes rel
      = get hooks rel
      = get metadata rel
      = get metadata rel -o json
      = get metadata rel -o yaml
      = get metadata rel --revision 1
      = get metadata rel --revision 1 -o json
      upgrade rel app --set a=two
      upgrade rel app
      upgrade rel app --reset-values
      upgrade rel app --set b=1
      upgrade rel app --reuse-values --set c=2
      upgrade rel next --reuse-values
      upgrade rel next --reset-then-reuse-values --set d.e=3
      upgrade rel next --reset-values --labels team=null,new=1
      = history rel
      = history rel --max 2
      = history rel --max 0
      = history rel -o json
      = history rel -o yaml --max 3
      = history rel --show-rollback-revision
      rollback rel 3
      rollback rel
      rollback rel 99
      rollback rel 0 --description back␣again
      rollback rel 2 --dry-run=client
      rollback rel 2 --dry-run=server
      rollback rel 2 --no-hooks --wait --timeout 30s
      rollback rel x
      = history rel --show-rollback-revision
      = history rel --show-rollback-revision -o json
      = get values rel --revision 2
      = get values rel --revision 99
      = get all rel --revision 2
      = get manifest rel --revision 2
      = get notes rel --revision 7
      = status rel --revision 2
      = status rel --revision 99
      = get all rel --template {{.Release.Name}}␣{{.Release.Version}}␣{{.Release.Info.Status}}␣{{.Release.Chart.Metadata.Version}}
      = get all rel --template {{.Release.Info.Notes}}{{len␣.Release.Hooks}}{{.Release.Manifest}}
      = get all rel --template {{.Release.Nope}}
      = get all rel --template {{
      upgrade rel app --history-max 3 --set a=last
      = history rel
      = list -o json
      = list -o yaml
      uninstall rel --dry-run
      uninstall rel
      uninstall rel
      uninstall rel --ignore-not-found
      = status rel
      = history rel
      = get values rel
      = list`,
  },
  {
    name: 'output of changes', charts, steps: `
      install rel app -o json
      upgrade rel app -o yaml --set a=2
      upgrade rel app -o json --hide-notes
      upgrade --install new app -o json
      upgrade --install new app -o yaml
      upgrade -i third app
      upgrade -i third app
      upgrade -i third ./nosuch
      upgrade -i fourth ./nosuch
      upgrade -i fourth lib
      upgrade rel lib
      upgrade nosuch app
      upgrade rel app --hide-notes
      install fifth app --hide-notes
      install rel app --debug
      upgrade rel app --debug --set x=1
      install Bad_Name app
      upgrade Bad_Name app
      upgrade -i Bad_Name app
      rollback Bad_Name
      uninstall Bad_Name
      status Bad_Name
      history Bad_Name
      get values Bad_Name
      test Bad_Name
      install lab app --labels owner=x
      upgrade rel app --labels owner=x
      upgrade rel app --server-side=nope
      upgrade rel app --server-side=false
      ~ pause
      upgrade rel app --force-replace --server-side=false
      upgrade rel app --force
      = get metadata rel
      upgrade rel app --hide-secret
      install hid app --hide-secret
      upgrade rel app --server-side=true --force-conflicts
      upgrade rel app --force-conflicts`,
  },
  {
    name: 'dry runs', charts, steps: `
      install rel app --dry-run=client
      install rel app --dry-run=server
      install rel app --dry-run=server --hide-secret
      install rel lookup --dry-run=server
      install rel lookup --dry-run=client
      install rel unknown --dry-run=server
      install rel unknown --dry-run=client
      install rel bad --dry-run=server
      install rel crds --dry-run=server
      install rel app --dry-run=server -o json
      install rel app --set hooks=true --dry-run
      upgrade -i rel app --dry-run=client
      upgrade -i rel app --dry-run=server
      install rel app
      upgrade rel next --dry-run=client
      upgrade rel next --dry-run=server --set q=1
      upgrade rel next --dry-run=server --hide-secret --description other
      upgrade rel app --dry-run=client --hide-secret
      upgrade rel next --dry-run=server -o yaml
      upgrade rel unknown --dry-run=server
      upgrade nosuch app --dry-run=server
      install rel app --dry-run=server
      template rel lookup --dry-run=server
      template rel app --validate
      template rel app --dry-run=server --is-upgrade
      template rel unknown --dry-run=server
      template rel crds --dry-run=server --include-crds
      template other lookup
      = history rel`,
  },
  {
    name: 'lookups', charts, steps: `
      template rel lookups
      template rel lookups --dry-run=client
      template rel lookups --dry-run=server
      install rel lookups --dry-run=client
      install rel lookups --dry-run=server
      install rel lookups
      = get manifest rel
      upgrade rel lookups --dry-run=client
      upgrade rel lookups --dry-run=server
      upgrade rel lookups --set kind=Nope
      upgrade rel lookups --set kind=Nope --dry-run=client
      upgrade rel lookups --set apiVersion=no.example.com/v1
      upgrade rel lookups --set apiVersion=a/b/c
      upgrade rel lookups --set kind=Namespace
      upgrade rel lookups --set kind=Pod,name=
      upgrade rel lookups --set name=..%2Fx
      upgrade rel lookups --set namespace=a/b
      upgrade rel lookups --set apiVersion=
      upgrade rel lookups --set apiVersion=apps/v9
      upgrade rel lookups --set apiVersion=apps/v1,kind=Nope
      upgrade rel lookups --set kind=Nope,name=
      = get manifest rel
      template rel lookups --dry-run=server --is-upgrade
      template rel lookups --dry-run=server --set kind=Nope
      template rel lookups --set kind=Nope
      rollback rel 1
      uninstall rel`,
  },
  {
    name: 'kinds', charts, steps: `
      install rel app --set all=true --wait --timeout 50s
      = status rel
      = status rel -o json
      = status rel -o yaml
      = get manifest rel
      upgrade rel app --set all=true,replicas=1 --wait=watcher --wait-for-jobs --timeout 50s
      upgrade rel app --set all=true,replicas=3 --wait=legacy --timeout 50s
      upgrade rel app --wait=hookOnly --reuse-values
      = status rel
      uninstall rel --cascade foreground
      = list -q
      install gad crds
      = status gad
      install gad2 crds --skip-crds
      uninstall gad gad2`,
  },
  {
    name: 'failures', charts, steps: `
      install bad bad
      = status bad
      = history bad
      install bad app
      install bad app --replace
      install unk unknown
      install tpl app --set broken=x:y:z
      install req app --set a=1 --timeout 4s --wait --set all=true,image=example.com/slow:1
      = history req
      upgrade req app --set all=true,image=example.com/slow:2 --wait --timeout 4s
      upgrade req app --set all=true,image=example.com/slow:2 --rollback-on-failure --timeout 4s
      = history req
      install atom bad --rollback-on-failure
      install atom bad --atomic
      = history atom
      install rel app
      upgrade rel bad
      upgrade rel bad --rollback-on-failure
      = history rel
      upgrade rel unknown
      install rel2 app --set hooks=true,hook=example.com/fail:1
      install rel3 app --set hooks=true,hook=example.com/fail:1 --no-hooks
      upgrade rel app --set hooks=true,hook=example.com/fail:1
      upgrade rel app --set hooks=true,hook=example.com/fail:1 --no-hooks
      upgrade rel app --set hooks=true
      = get hooks rel
      = status rel
      = list
      = list --failed
      = list --deployed -q
      = list --pending
      = list --superseded
      = list --failed --deployed --short -o json`,
  },
  {
    name: 'ownership', charts, steps: `
      install one app
      install rel app --name-template one
      uninstall one --keep-history
      = list
      = list --uninstalled
      = status one
      = history one
      = get all one
      uninstall one
      upgrade one app
      rollback one 1
      = history one
      uninstall one --keep-history --description gone␣now
      = history one -o json
      install one app
      install one app --replace
      uninstall one --keep-history
      upgrade -i one app
      = history one
      uninstall one nosuch
      uninstall nosuch one --ignore-not-found
      uninstall nosuch
      uninstall one --cascade nope
      uninstall one --no-hooks --wait`,
  },
  {
    name: 'namespaces', charts, steps: `
      install rel app -n {ns}x
      install rel app -n {ns}x --create-namespace
      = list -n {ns}x
      = status rel -n {ns}x
      upgrade -i rel app -n {ns}y --create-namespace
      upgrade -i rel app -n {ns}z
      uninstall rel -n {ns}x
      uninstall rel -n {ns}y`,
  },
  {
    name: 'listing', charts, steps: `
      install alpha app --labels team=a
      install beta app --labels team=b,x=y
      install gamma next
      upgrade alpha next
      uninstall beta --keep-history
      = list
      = list -q
      = list -q -o yaml
      = list -q -o json
      = list --short --reverse
      = list -r
      == list -d
      == list -dr
      = list -m 1
      = list -m 2 --offset 1
      = list --offset 5
      = list --max 0
      = list -f ^a
      = list --filter am
      = list --filter nothing
      = list --filter (
      = list --filter nothing -o json
      = list --filter nothing -o yaml
      = list --filter nothing --no-headers
      = list -l team=a
      = list -l team!=a
      = list -l team␣in␣(a,b)
      = list -l !team
      = list --selector team=a,x=y
      = list --no-headers
      == list --time-format 2006-01-02
      == list --time-format Mon␣Jan␣2␣15:04
      = list --uninstalled
      = list --uninstalled --deployed
      = list --superseded
      = list --superseded --deployed --uninstalled -o json
      = list --uninstalling
      install {ns}-all app --labels team=a
      == ls -A -f {ns}-all -l team=a,version=1
      == list --all-namespaces -q -f {ns}-all
      = history alpha
      = hist alpha -o yaml`,
  },
  {
    name: 'tests', charts, steps: `
      install rel app --set tests=true
      = status rel
      test rel
      = status rel
      = get hooks rel
      test rel --logs
      test rel --filter name=rel-one
      test rel --filter !name=rel-one --logs
      test rel --filter name=nothing
      test rel --filter nonsense
      upgrade rel app --set tests=true,test=example.com/fail:1
      test rel
      test rel --logs --timeout 20s
      = status rel
      = status rel -o json
      upgrade rel app --set tests=true,test=example.com/slow:1
      test rel --timeout 4s
      test nosuch
      test rel --debug --timeout 4s`,
  },
]
