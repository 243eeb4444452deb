import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { AppError } from '../../errors'
import { openPipe } from '../process/open-pipe'

const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8' }

/** The content of a volume in a folder of this machine that is there. */
export async function unpackInto(folder: string, tar: Readable, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const program = openPipe({
      argv: ['tar', '--numeric-owner', '-C', folder, '-xpf', '-'],
      cwd: '/',
      env: ENVIRONMENT,
      onExit: ({ code, complaint }) => (code === 0 ? resolve() : reject(new AppError('invalid_input', `The snapshot could not be unpacked. ${complaint.split('\n').at(-1)}`))),
    })
    program.resume()
    pipeline(tar, program, { signal }).catch((cause: NodeJS.ErrnoException) => {
      program.destroy()
      if (cause.code !== 'EPIPE') reject(cause)
    })
  })
}
