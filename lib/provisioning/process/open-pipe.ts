import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'

import { demandProgram } from './command-not-found'

export type OpenPipe = {
  argv: readonly string[]
  cwd: string
  /** The whole environment; nothing is added. */
  env: Record<string, string>
  /** Called once with what it printed to stderr (the last part of it), when it has ended. */
  onExit: (ending: { code: number | null; complaint: string }) => void
}

const LONGEST_COMPLAINT = 4_096
/** What waits on either side, so that the program goes on while we do something else. */
const AHEAD_BYTES = 1024 * 1024

/**
 * Starts a program that is talked to through its standard input and output, as one stream. It ends with the stream:
 * destroying the stream kills it. Throws CommandNotFound when there is no such program.
 */
export function openPipe({ argv, cwd, env, onExit }: OpenPipe): Duplex {
  const [program = '', ...args] = argv
  demandProgram(program, { cwd, path: env.PATH ?? '' })
  const child = spawn(program, args, { cwd, env: env as NodeJS.ProcessEnv, stdio: ['pipe', 'pipe', 'pipe'], shell: false, detached: true })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-LONGEST_COMPLAINT)))
  const stream = new Duplex({
    highWaterMark: AHEAD_BYTES,
    read: () => void child.stdout.resume(),
    write: (chunk: Buffer, _, done) => void child.stdin.write(chunk, done),
    final: (done) => void child.stdin.end(done),
    destroy(error, done) {
      child.kill('SIGKILL')
      done(error)
    },
  })
  child.stdout.on('data', (chunk: Buffer) => !stream.push(chunk) && child.stdout.pause())
  // A pipe that broke is told by the end of the program.
  for (const end of [child.stdin, child.stdout, child.stderr]) end.on('error', () => undefined)
  child.once('error', (error) => stream.destroy(error))
  child.once('close', (code) => {
    onExit({ code, complaint: complaint.trim() })
    if (!stream.destroyed) stream.push(null)
  })
  return stream
}
