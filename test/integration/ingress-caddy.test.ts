
import { describe } from 'vitest'

import { ingressConformance } from '../../lib/provisioning/ingress/conformance'
import { caddyProblem } from '../harness/caddy'
import { ingressBehindCaddy } from '../harness/caddy-ingress'

describe.skipIf(caddyProblem !== null)(`with a Caddy before it${caddyProblem === null ? '' : `: ${caddyProblem}`}`, () => {
  ingressConformance('Caddy', ingressBehindCaddy, { limits: ['own_reading', 'half_duplex', 'one_by_one', 'own_proofs', 'reloads', 'patient'] })
})
