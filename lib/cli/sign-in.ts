import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

/** The sign-in the command line keeps, in a file only its owner may read. */
const SignIn = z.object({ url: z.string(), accessToken: z.string(), refreshToken: z.string(), email: z.string() })
export type SignIn = z.infer<typeof SignIn>

const fileOf = (folder: string) => join(folder, 'sign-in.json')

/** The kept sign-in, or null when there is none that can be read. */
export async function readSignIn(folder: string): Promise<SignIn | null> {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    return SignIn.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Keeps a sign-in: written beside and renamed, so that a killed program leaves the old one whole. */
export async function keepSignIn(folder: string, signIn: SignIn): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const partial = `${fileOf(folder)}.${process.pid}`
  await writeFile(partial, JSON.stringify(signIn), { mode: 0o600 })
  await rename(partial, fileOf(folder))
}

export async function forgetSignIn(folder: string): Promise<void> {
  await rm(fileOf(folder), { force: true })
}
