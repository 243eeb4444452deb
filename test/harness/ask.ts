import { request } from 'node:http'

export type Answer = { status: number; text: string }

/** Longer than a request is held while one version replaces another. */
const PATIENCE_MS = 40_000

/** Asks a service through the ingress as a browser would; names below localhost need not resolve on this machine. */
export function ask(ingressPort: number, url: string, path = '/'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: ingressPort, path, headers: { host: new URL(url).host, connection: 'close' }, timeout: PATIENCE_MS }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text })).once('error', reject)
    })
    sent.once('timeout', () => sent.destroy(new Error(`No answer within ${PATIENCE_MS / 1000} seconds.`)))
    sent.once('error', reject).end()
  })
}

/** Asks all the time until told to stop; that gives what was not answered with 200. */
export function askAllTheTime(ingressPort: number, url: string): () => Promise<{ asked: number; lost: string[] }> {
  const lost: string[] = []
  let asked = 0
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const answer = await ask(ingressPort, url).catch((error: Error) => ({ status: 0, text: error.message }))
      asked++
      if (answer.status !== 200) lost.push(`${answer.status} ${answer.text.slice(0, 200)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  return async () => {
    isOver = true
    await asking
    return { asked, lost }
  }
}
