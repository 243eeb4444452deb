import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

// A demo writes states into its database that nothing brought about. So it has a data folder of its own, which bears a
// mark that only a demo writes, and only into an empty folder. The mark keeps a demo out of every other folder, and
// everything else out of the folder of a demo.

const MARK = 'made-by-easel-demo'
const TEXT = 'This folder was made by `npm run demo`. Everything in it is invented; it is filled anew at each start.\n'

/** Takes an empty folder for a demo, or one that a demo made. Throws for every other one. */
export async function claimDemoFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  if (await isDemoFolder(dataDir)) return
  const content = await readdir(dataDir)
  if (content.length > 0) throw new Error(`The folder ${dataDir} was not made by a demo, so nothing is written there. Set EASEL_DATA_DIR to an empty folder, or leave it out.`)
  await writeFile(join(dataDir, MARK), TEXT, { flag: 'wx', mode: 0o600 })
}

/** Whether a demo made it. */
export async function isDemoFolder(dataDir: string): Promise<boolean> {
  return (await readFile(join(dataDir, MARK), 'utf8').catch(() => null)) === TEXT
}
