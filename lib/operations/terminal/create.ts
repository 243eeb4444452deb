import { hashToken, newToken } from '../../auth/opaque-token'
import { TERMINAL_PATH, terminalCreate } from '../../contract/terminal'
import { find } from '../../db/queries/services'
import { insert } from '../../db/queries/terminals'
import { AppError, notFound } from '../../errors'
import { demand } from '../demand'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { lookForPlaces } from './look-for-places'

/** How long a ticket can be used: the browser shows it at once. */
const TICKET_MS = 30_000

/** Gives one right to open one terminal. The worker takes it when the browser connects; nothing runs before. */
export const createTerminal = implement(terminalCreate, async (ctx, { serviceId, part, deploymentId, argv }) => {
  const service = await find(ctx.db, serviceId)
  if (!service) throw notFound('service')
  const { reason, places } = await lookForPlaces(ctx.db, service)
  demand(reason)
  const place = places.find(({ row }) => (part === undefined || row.part === part) && (deploymentId === undefined || row.deploymentId === deploymentId))
  if (!place) throw new AppError('not_now', 'That replica does not run any more. Choose one that does.')
  const ticket = newToken('easel_term_')
  const expiresAt = new Date(ctx.now().getTime() + TICKET_MS)
  const { workload, ...where } = place.row
  await insert(ctx.db, {
    tokenHash: hashToken(ticket),
    workload,
    environmentId: service.environmentId,
    serviceId,
    deploymentId: where.deploymentId,
    argv: argv ?? null,
    organizationId: ctx.scope.organizationId,
    userId: ctx.actor.userId,
    sessionId: ctx.actor.sessionId,
    expiresAt,
  })
  // Arguments may hold what nobody else should read; the program alone says what was done.
  const data = { part: where.part, deploymentNumber: where.deploymentNumber, program: argv?.[0] ?? null, from: ctx.ip }
  await recordHere(ctx, { type: 'terminal.created', subject: service.name, deploymentId: where.deploymentId, data })
  return { ticket, expiresAt: expiresAt.toISOString(), path: TERMINAL_PATH, place: place.view }
})
