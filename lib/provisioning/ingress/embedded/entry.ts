import { config } from '../../../config'
import { log } from '../../../log'
import { makeSeal } from '../../../secrets/seal'
import { dataPaths } from '../../paths'
import { once } from './once'
import { startIngress, type RunningIngress } from './start-ingress'

// The ingress process. It ends when its supervisor does, and drains what is under way first.

const GIVE_UP_MS = 12_000

async function main(): Promise<void> {
  const paths = dataPaths(config.dataDir)
  const { host, port, httpsPort, trustedProxies, caddy } = config.ingress
  const seal = config.encryptionKey === undefined ? null : makeSeal(config.encryptionKey)
  const kept = { certificatesFile: paths.ingressCertificates, seal }
  const https = caddy
    ? { caddy: { admin: caddy.admin, door: { host: '127.0.0.1', port: caddy.doorPort }, httpsPort, certificates: caddy.acme === null ? { by: 'easel' as const } : { by: 'caddy' as const, acme: caddy.acme }, kept, secretFile: paths.caddySecret, toldFile: paths.caddyTold, isHttp3: caddy.isHttp3 } }
    : httpsPort === null ? {} : { https: { port: httpsPort, ...kept } }
  const ingress = await startIngress({ host, port, ...https, trustedProxies, adminSocket: paths.ingressSocket, tableFile: paths.routeTable, log })
  process.send?.({ type: 'ready', port: ingress.port })
  log.info({ port: ingress.port, httpsPort: ingress.httpsPort, caddy: caddy?.admin }, 'ingress listens')
  const stop = once(() => void end(ingress))
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('disconnect', stop)
  process.on('message', (message: { type?: string }) => {
    if (message.type === 'shutdown') stop()
  })
}

async function end(ingress: RunningIngress): Promise<void> {
  setTimeout(() => process.exit(0), GIVE_UP_MS).unref()
  await ingress.close()
  process.exit(0)
}

main().catch((cause: unknown) => {
  const message = cause instanceof Error ? cause.message : String(cause)
  log.error({ cause }, 'ingress could not start')
  process.send?.({ type: 'failed', message })
  setTimeout(() => process.exit(1), 50)
})
