import type { Command } from 'commander'

import type { Client } from './client'

export type Options = Record<string, unknown>
export type Special = {
  /** Adds options. */
  extend?(command: Command): void
  /** Completes the input before it is sent. */
  prepare?(input: Record<string, unknown>, options: Options, client: Client): Promise<void> | void
  /** Takes the place of printing the answer; returns the exit code. */
  finish?(output: Record<string, unknown>, options: Options, client: Client, folder: string): Promise<number>
  /** Takes the place of the call. */
  instead?(input: Record<string, unknown>, options: Options, client: Client): Promise<number> | null
}
