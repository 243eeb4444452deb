import { createInterface } from 'node:readline/promises'

/** Asks for a secret without showing it; from a pipe, reads its first line. */
export async function askSecret(question: string): Promise<string> {
  const { stdin, stderr } = process
  if (!stdin.isTTY) return readFirstLine()
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.resume()
  stdin.setEncoding('utf8')
  try {
    return await new Promise((resolve, reject) => {
      let typed = ''
      const onData = (chunk: string) => {
        for (const c of chunk) {
          if (c === '\r' || c === '\n') {
            stdin.off('data', onData)
            return resolve(typed)
          }
          if (c === '\u0003') return reject(new Error('Interrupted.'))
          typed = c === '\u007f' || c === '\b' ? typed.slice(0, -1) : typed + c
        }
      }
      stdin.on('data', onData)
    })
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  }
}

async function readFirstLine(): Promise<string> {
  const reader = createInterface({ input: process.stdin })
  for await (const line of reader) {
    reader.close()
    return line
  }
  throw new Error('A password was expected on standard input, and there was none.')
}
