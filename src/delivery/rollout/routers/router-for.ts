import { PintleError } from '../../../errors/index.ts'
import type { RouterKind } from '../types.ts'
import { gatewayRouter } from './gateway-api.ts'
import { istioRouter } from './istio.ts'
import { nginxRouter } from './nginx.ts'
import { replicasRouter } from './replicas.ts'
import type { Router } from './router.ts'
import { serviceRouter } from './service.ts'

const routers: readonly Router[] = [replicasRouter, serviceRouter, gatewayRouter, istioRouter, nginxRouter]

/** The router of a kind. Argo Rollouts and Flagger move traffic themselves: they are none. */
export function routerFor(kind: RouterKind): Router {
  const router = routers.find((r) => r.kind === kind)
  if (router === undefined) throw new PintleError('internal', `${kind} is no router of Pintle's own`)
  return router
}
