'use server'

import { runForBrowser, type Outcome } from '@/lib/http/action'

/** The server-action door: runs a command of the contract as the signed-in person. */
export async function runOperation(name: string, input: unknown, idempotencyKey?: string): Promise<Outcome> {
  return runForBrowser(name, input, idempotencyKey)
}
