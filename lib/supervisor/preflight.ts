import { access, constants, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'

import type { Config } from '../config'
import { dataPaths } from '../provisioning/paths'

/** What every system takes; macOS has the smallest limit. A longer one would be cut off in silence. */
const LONGEST_SOCKET_PATH = 103

/** Makes the data folder and shows that it can be written. Throws an Error with a sentence when not. */
export async function checkDataDir(config: Config): Promise<void> {
  const advice = 'Set EASEL_DATA_DIR to a folder that this user may write.'
  const surplus = Buffer.byteLength(dataPaths(config.dataDir).ingressSocket) - LONGEST_SOCKET_PATH
  if (surplus > 0) throw new Error(`The path of the data folder ${config.dataDir} is ${surplus} bytes too long for the socket in it. Set EASEL_DATA_DIR to a shorter one.`)
  try {
    await makeFolders(config.dataDir)
    await access(config.dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    const probe = join(config.dataDir, `.probe-${process.pid}`)
    await writeFile(probe, '')
    await rm(probe)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOSPC' ? 'the disk is full' : code === 'EROFS' ? 'it is on a read-only disk' : code === 'ENOTDIR' || code === 'EEXIST' ? 'a file is in its place' : code === 'ENOENT' ? 'nothing can be made there' : `this user may not write there (${code})`
    throw new Error(`The data folder ${config.dataDir} cannot be used: ${why}. ${advice}`, { cause: error })
  }
}

/** Like mkdir -p. Node's own recursive mkdir never returns for a folder that cannot exist, such as one below /proc. */
async function makeFolders(path: string): Promise<void> {
  const make = () => mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => error)
  const first = await make()
  if (!(first instanceof Error)) return
  if (first.code === 'ENOENT' && dirname(path) !== path) {
    await makeFolders(dirname(path))
    const second = await make()
    if (second instanceof Error && second.code !== 'EEXIST') throw second
    return
  }
  if (first.code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw first
}

/** Throws an Error that names the port and the variable when something else listens there. */
export async function checkPort(host: string, port: number, variable: string): Promise<void> {
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    const probe = createServer().once('error', resolve)
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(null)))
  })
  if (failure === null) return
  if (failure.code === 'EADDRINUSE') throw new Error(`Port ${port} is taken by another program. Stop that program, or choose another port: ${variable}=${port + 1} npm start`)
  if (failure.code === 'EACCES') throw new Error(`This user may not listen on port ${port}. Choose a port above 1023: ${variable}=${port < 1024 ? port + 8000 : port} npm start`)
  throw new Error(`Easel cannot listen on ${host}:${port} (${failure.code ?? failure.message}). Check EASEL_HOST and ${variable}.`)
}

/**
 * Claims the data folder for this process. Throws when another living Easel holds it. The file names a pid; a pid that
 * is gone, or whose command line is not ours any more, is a leftover.
 */
export async function claimDataDir(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, 'easel.pid')
  const held = Number((await readFile(path, 'utf8').catch(() => '')).trim())
  if (Number.isInteger(held) && held > 1 && held !== process.pid && (await isEasel(held))) {
    throw new Error(`Easel already runs with the data folder ${dataDir} (process ${held}). Stop it first, or choose another folder with EASEL_DATA_DIR.`)
  }
  await writeFile(path, `${process.pid}\n`, { mode: 0o600 })
  return () => rm(path, { force: true })
}

async function isEasel(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null)
  return commandLine === null || commandLine.includes('start.mjs') || commandLine.includes('rotate-key.mjs')
}
