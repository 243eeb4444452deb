import { spawn } from 'node:child_process'

export type Filling = { program: string; cwd: string; env: Record<string, string> }

const TIMEOUT_MS = 120_000

/** Runs the program that fills a demo, to its end. Throws with what it said when it fails. */
export async function fillDemo({ program, cwd, env }: Filling): Promise<void> {
  const child = spawn(process.execPath, [program], { cwd, env: env as NodeJS.ProcessEnv, stdio: ['ignore', 'ignore', 'pipe'], timeout: TIMEOUT_MS })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-8_000)))
  const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
  if (code !== 0) throw new Error(`The demo could not be drawn: ${said.trim() || `it ended with exit code ${code}`}`)
}
