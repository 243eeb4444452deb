import { index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Rights to open one terminal, once, within seconds. Written by an operation, taken away by the worker that opens it. */
export const terminalTickets = pgTable(
  'terminal_tickets',
  {
    /** SHA-256 of the ticket. */
    tokenHash: text('token_hash').primaryKey(),
    /** The workload, as the runtime knows it. */
    workload: text('workload').notNull(),
    environmentId: text('environment_id').notNull(),
    serviceId: text('service_id').notNull(),
    deploymentId: text('deployment_id').notNull(),
    /** Null: a shell. */
    argv: jsonb('argv').$type<string[]>(),
    organizationId: text('organization_id').notNull(),
    userId: text('user_id').notNull(),
    /** The sign-in it was asked for with: the session ends with it. Null for API tokens. */
    sessionId: text('session_id'),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [index('terminal_tickets_expires').on(t.expiresAt)],
)
