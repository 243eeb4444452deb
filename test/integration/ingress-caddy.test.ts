import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe } from 'vitest'

import { log } from '../../lib/log'
import { ingressConformance } from '../../lib/provisioning/ingress/conformance'
import type { Setting, Subject } from '../../lib/provisioning/ingress/conformance/stage'
import { embeddedIngress } from '../../lib/provisioning/ingress/embedded-client'
import { startIngress } from '../../lib/provisioning/ingress/embedded/start-ingress'
import { makeSeal } from '../../lib/secrets/seal'
import { caddyProblem, quietPort, startCaddy, type RunningCaddy } from '../harness/caddy'

const seal = makeSeal('0'.repeat(64))

type Parts = { folder: string; caddy: RunningCaddy; port: number; httpsPort: number }

async function subjectIn({ folder, caddy, port, httpsPort }: Parts, { trustedProxies = [] }: Setting = {}): Promise<Subject> {
  let isKept = false
  let isOpen = true
  const adminSocket = join(folder, 'admin.sock')
  const running = await startIngress({ host: '127.0.0.1', port, adminSocket, tableFile: join(folder, 'table.json'), log, answerMs: 60_000, trustedProxies, caddy: { admin: caddy.admin, door: { host: '127.0.0.1', port: 0 }, httpsPort, certificates: { by: 'easel' }, kept: { certificatesFile: join(folder, 'certificates.json'), seal }, secretFile: join(folder, 'secret') } })
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
    // Caddy too, with nothing.
    async restart() {
      isKept = true
      await close()
      await caddy.kill()
      await caddy.start()
      return subjectIn({ folder, caddy, port, httpsPort })
    },
  }
}

async function fresh(setting?: Setting): Promise<Subject> {
  const [caddy, port, httpsPort] = await Promise.all([startCaddy(), quietPort(), quietPort()])
  return subjectIn({ folder: mkdtempSync(join(tmpdir(), 'ingress-')), caddy, port, httpsPort }, setting)
}

describe.skipIf(caddyProblem !== null)(`with a Caddy before it${caddyProblem === null ? '' : `: ${caddyProblem}`}`, () => {
  ingressConformance('Caddy', fresh, { limits: ['own_reading', 'half_duplex', 'one_by_one', 'own_proofs', 'reloads', 'patient'] })
})
