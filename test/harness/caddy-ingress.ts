import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { log } from '../../lib/log'
import type { CaddyOptions } from '../../lib/provisioning/ingress/caddy/open-caddy'
import { afterwards, never, nextVersion, type Setting, type Subject } from '../../lib/provisioning/ingress/conformance/stage'
import { embeddedIngress } from '../../lib/provisioning/ingress/embedded-client'
import { startIngress, type RunningIngress } from '../../lib/provisioning/ingress/embedded/start-ingress'
import type { RouteTable } from '../../lib/provisioning/ingress/table'
import { makeSeal } from '../../lib/secrets/seal'
import { quietPort, startCaddy, type RunningCaddy } from './caddy'

const seal = makeSeal('0'.repeat(64))

type Parts = { folder: string; caddy: RunningCaddy; port: number; httpsPort: number; doorPort: number }

/** `ingress` and `caddy`: to be ended and begun apart from each other. */
export type BehindCaddy = Subject & { caddy: RunningCaddy; folder: string; doorPort: number; running: RunningIngress; /** Starts the ingress alone again, after `running.close()`. */ again(): Promise<BehindCaddy> }
type More = Setting & { isHttp3?: boolean; certificates?: CaddyOptions['certificates'] }

async function subjectIn(parts: Parts, setting: More = {}): Promise<BehindCaddy> {
  const { folder, caddy, port, httpsPort, doorPort } = parts
  const { trustedProxies = [], certificates = { by: 'easel' }, isHttp3 = false } = setting
  let isKept = false
  let isOpen = true
  const adminSocket = join(folder, 'admin.sock')
  const running = await startIngress({ host: '127.0.0.1', port, adminSocket, tableFile: join(folder, 'table.json'), log, answerMs: 60_000, trustedProxies, caddy: { admin: caddy.admin, door: { host: '127.0.0.1', port: doorPort }, httpsPort, certificates, lookMs: 200, kept: { certificatesFile: join(folder, 'certificates.json'), seal }, secretFile: join(folder, 'secret'), toldFile: join(folder, 'told'), isHttp3 } })
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    await running.close()
    if (isKept) return
    await caddy.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return {
    ingress: embeddedIngress(adminSocket),
    port,
    httpsPort,
    close,
    caddy,
    folder,
    doorPort,
    running,
    again: () => subjectIn(parts, setting),
    // Caddy too, with nothing.
    async restart() {
      isKept = true
      await close()
      await caddy.kill()
      await caddy.start()
      return subjectIn(parts, setting)
    },
  }
}

/** An ingress with an empty table and a Caddy that was told nothing but by it. */
export async function ingressBehindCaddy({ caddy: given, ...setting }: More & { caddy?: RunningCaddy; ports?: { http: number; https: number } } = {}): Promise<BehindCaddy> {
  const [caddy, port, httpsPort, doorPort] = await Promise.all([given ?? startCaddy(), setting.ports?.http ?? quietPort(), setting.ports?.https ?? quietPort(), quietPort()])
  return subjectIn({ folder: mkdtempSync(join(tmpdir(), 'ingress-')), caddy, port, httpsPort, doorPort }, setting)
}

/** `ingressBehindCaddy`, closed when the test is over. */
export async function begin(setting: Parameters<typeof ingressBehindCaddy>[0] = {}): Promise<BehindCaddy> {
  const subject = await ingressBehindCaddy(setting)
  afterwards(() => subject.close())
  return subject
}

export function publish({ ingress }: BehindCaddy, table: Omit<RouteTable, 'version'>): Promise<void> {
  return ingress.publish({ version: nextVersion(), ...table }, never)
}

/** What does not work, in words; null for nothing. */
export async function trouble({ ingress }: BehindCaddy): Promise<string | null> {
  const probe = await ingress.probe(never)
  return probe.ok ? (probe.trouble ?? null) : probe.message
}
