import type { Duplex } from 'node:stream'
import * as zlib from 'node:zlib'

import { AppError } from '../../errors'
import { findProgram } from '../process/command-not-found'
import { openPipe } from '../process/open-pipe'

// Zstandard, which packs as well as gzip in a fraction of the time: by Node where it has it, else by the program of the
// machine. Where there is neither, gzip.

export type Compression = 'gzip' | 'zstd'

const BLOCK_BYTES = 256 * 1024
const PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin'

/** Newer versions of Node have it. */
type WithZstd = { createZstdCompress?: () => Duplex; createZstdDecompress?: () => Duplex }
const { createZstdCompress, createZstdDecompress } = zlib as unknown as WithZstd

/** The best there is here, as a stream that what is put into it comes out of. */
export function compressor(): { compression: Compression; through: Duplex } {
  if (createZstdCompress) return { compression: 'zstd', through: createZstdCompress() }
  const program = findProgram('zstd', { cwd: '/', path: PATH })
  if (program !== null) return { compression: 'zstd', through: run([program, '-1', '-q', '-c'], (complaint) => new AppError('unavailable', `The program zstd could not pack the snapshot. ${complaint}`)) }
  return { compression: 'gzip', through: zlib.createGzip({ level: 1, chunkSize: BLOCK_BYTES }) }
}

/** The way back. `broken`: what is said of bytes that cannot be unpacked. */
export function decompressor(compression: Compression, broken: () => AppError): Duplex {
  if (compression === 'gzip') return zlib.createGunzip({ chunkSize: BLOCK_BYTES })
  if (createZstdDecompress) return createZstdDecompress()
  const program = findProgram('zstd', { cwd: '/', path: PATH })
  if (program === null) throw new AppError('unavailable', 'This snapshot was packed with Zstandard. Install the program zstd on the machine that runs Easel (Debian and Ubuntu: apt-get install zstd), or run Easel with a version of Node that has it.')
  return run([program, '-d', '-q', '-c'], broken)
}

function run(argv: readonly string[], failed: (complaint: string) => AppError): Duplex {
  const stream = openPipe({
    argv,
    cwd: '/',
    env: { PATH, LC_ALL: 'C' },
    onExit: ({ code, complaint }) => {
      if (code !== 0) stream.destroy(failed(complaint))
    },
  })
  return stream
}
