import type { Api } from '../api.ts'
import type { Clock } from '../clock.ts'
import { apiServices } from './api-services.ts'
import { autoscalers } from './autoscalers.ts'
import { daemonSets } from './daemon-sets.ts'
import { deployments } from './deployments.ts'
import { disruptionBudgets } from './disruption-budgets.ts'
import { Engine } from './engine.ts'
import { garbage } from './garbage.ts'
import { Hands } from './hands.ts'
import { ingresses } from './ingresses.ts'
import { jobs } from './jobs.ts'
import { namespaces } from './namespaces.ts'
import { kubelet, scheduler } from './pods.ts'
import { protection } from './protection.ts'
import { quotas } from './quotas.ts'
import { replicaSets } from './replica-sets.ts'
import { secretOperators } from './secret-operators.ts'
import { services } from './services.ts'
import { statefulSets } from './stateful-sets.ts'
import { volumes } from './volumes.ts'

/** All control loops of the sandbox. */
export function controllers(api: Api, clock: Clock, speed: number): Engine {
  const hands = new Hands(api)
  return new Engine(api, clock, (engine) => [
    garbage(hands),
    namespaces(hands, engine),
    deployments(hands, engine),
    replicaSets(hands, engine),
    replicaSets(hands, engine, '/replicationcontrollers', 'ReplicationController', 'replication-controller'),
    statefulSets(hands, engine),
    daemonSets(hands, engine),
    jobs(hands, engine),
    volumes(hands),
    protection(hands),
    scheduler(hands, engine),
    kubelet(hands, engine, speed),
    services(hands),
    ingresses(hands),
    disruptionBudgets(hands),
    autoscalers(hands),
    apiServices(hands),
    quotas(hands),
    secretOperators(hands, engine),
  ])
}

export { Engine, Hands }
