import { z } from 'zod'

import { AppError } from '../../errors'
import type { DockerConnection } from './connection'
import { describe } from './engine-error'

export type EngineVersion = { /** Of the engine, such as `27.1.1`. */ engine: string; /** Spoken with it, such as `1.41`. */ api: string; os: string; arch: string }

/** The oldest version of the API that has all we use (Docker 20.10). */
const OLDEST = [1, 41] as const
/** The newest one whose changes we have read. An engine that is newer still speaks it. */
const NEWEST = [1, 51] as const

const Answer = z.object({ Version: z.string(), ApiVersion: z.string(), MinAPIVersion: z.string().optional(), Os: z.string(), Arch: z.string() })

/** The version of the API to speak, from what the engine says of itself. */
export function negotiate(connection: DockerConnection, text: string): EngineVersion {
  const said = Answer.safeParse(asJson(text))
  if (!said.success) throw new AppError('unavailable', `What answers at ${describe(connection)} is not a Docker engine. Check the address.`)
  const { Version: engine, ApiVersion, MinAPIVersion, Os: os, Arch: arch } = said.data
  const [offered, least] = [parse(ApiVersion), parse(MinAPIVersion ?? ApiVersion)]
  if (isBefore(offered, OLDEST)) {
    throw new AppError('unavailable', `The Docker engine at ${describe(connection)} is too old (${engine}, API ${ApiVersion}). Install Docker 20.10 or newer.`)
  }
  if (isBefore(NEWEST, least)) {
    throw new AppError('unavailable', `The Docker engine at ${describe(connection)} (${engine}) no longer speaks a version of its API that Easel knows. Update Easel.`)
  }
  return { engine, api: (isBefore(NEWEST, offered) ? NEWEST : offered).join('.'), os, arch }
}

function parse(text: string): readonly [number, number] {
  const [major = 0, minor = 0] = text.split('.').map(Number)
  return [major, minor]
}

function isBefore(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] !== b[0] ? a[0] < b[0] : a[1] < b[1]
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
