import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'

// A service that can be told apart and counted: everything it answers says which version it is, everything it takes is
// written down in a file, or printed where there is none. It does nothing for a soft end: on SIGTERM it is gone at once, with whatever is open.

const { HOST = '127.0.0.1', PORT, TAKEN, START_MS = '0', EASEL_DEPLOYMENT_ID: version } = process.env
const build = readFileSync('built', 'utf8')
const PIECE_BYTES = 16_384
const PIECE_MS = 100
/** Most is answered soon and some of it late: whenever a version is retired, it is in the middle of something. */
const waitMs = () => Math.random() ** 6 * 2_000

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://service')
  if (request.method === 'POST') return take(request, response, url.searchParams.get('id'))
  if (url.pathname === '/download') return send(response, Number(url.searchParams.get('pieces')))
  answer(response, { filling: 'x'.repeat(2_000) })
})

function answer(response, more) {
  response.setHeader('content-type', 'application/json')
  setTimeout(() => response.end(JSON.stringify({ version, build, ...more })), waitMs())
}

let takenSoFar = 0

/** Written down before it is answered: what is asked twice for one question shows. Numbered: so does a line that is kept twice. */
function take(request, response, id) {
  const hash = createHash('sha256')
  request.on('data', (piece) => hash.update(piece))
  request.on('end', () => {
    const line = `${id} ${version} ${++takenSoFar}\n`
    if (TAKEN) appendFileSync(TAKEN, line)
    else process.stdout.write(`taken ${line}`)
    answer(response, { sha256: hash.digest('hex') })
  })
}

/** As many pieces, one at a time; the last words say what all of it must add up to. */
function send(response, pieces) {
  const hash = createHash('sha256')
  let sent = 0
  response.setHeader('x-version', version)
  const timer = setInterval(() => {
    if (sent === pieces) {
      clearInterval(timer)
      return response.end(hash.digest('hex'))
    }
    const piece = Buffer.alloc(PIECE_BYTES, `${version} ${sent++} `)
    hash.update(piece)
    response.write(piece)
  }, PIECE_MS)
  response.once('close', () => clearInterval(timer))
}

// The smallest WebSocket there is: short text frames, each answered with the version and the same text.
server.on('upgrade', (request, socket, head) => {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
  const accept = createHash('sha1').update(key).digest('base64')
  socket.on('error', () => socket.destroy())
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
  let received = Buffer.alloc(0)
  const read = (chunk) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 6 && received.length >= 6 + (received[1] & 127)) {
      const length = received[1] & 127
      if ((received[0] & 15) === 8) return socket.end(Buffer.from([0x88, 0]))
      const mask = received.subarray(2, 6)
      const text = received.subarray(6, 6 + length).map((byte, index) => byte ^ mask[index % 4]).toString()
      received = received.subarray(6 + length)
      const answer = Buffer.from(`${version} ${text}`)
      socket.write(Buffer.concat([Buffer.from([0x81, answer.length]), answer]))
    }
  }
  socket.on('data', read)
  read(head)
})

setTimeout(() => server.listen(Number(PORT), HOST), Number(START_MS))
