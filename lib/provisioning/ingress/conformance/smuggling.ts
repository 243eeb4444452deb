import type { RequestListener } from 'node:http'

import { expect, test } from 'vitest'

import { begin, raw, route, workload, type Limits, type Start } from './stage'

// Requests whose end two programs may see in different places. The kinds are those of PortSwigger's research ("HTTP desync attacks",
// 2019, and "Browser-powered desync attacks", 2022: CL.TE, TE.CL, TE.TE, CL.0, 0.CL), of the names that HTTP Garden gives its
// findings, and of RFC 9112, 6.3, 11.1 and 11.2. Each is sent as bytes with a second request hidden in it. The proxy may refuse it,
// or read it in one way; the workload must never be asked for what was hidden.

const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: a.localhost\r\n\r\n'
const smuggled = `0\r\n\r\n${HIDDEN}`
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`

/** Head lines after the request line, and what follows the head. */
const BODIES: Record<string, [head: string, body: string]> = {
  'CL.TE': [`Content-Length: ${smuggled.length}\r\nTransfer-Encoding: chunked`, smuggled],
  'TE.CL': ['Transfer-Encoding: chunked\r\nContent-Length: 4', chunk(HIDDEN)],
  'two lengths': [`Content-Length: 0\r\nContent-Length: ${HIDDEN.length}`, HIDDEN],
  'two lengths in one': [`Content-Length: 0, ${HIDDEN.length}`, HIDDEN],
  'the same length twice in one': [`Content-Length: ${HIDDEN.length}, ${HIDDEN.length}`, HIDDEN],
  'a length with a sign': [`Content-Length: +${HIDDEN.length}`, HIDDEN],
  'a negative length': ['Content-Length: -1', HIDDEN],
  'a length in hexadecimal': ['Content-Length: 0x10', HIDDEN],
  'a length with a blank in it': ['Content-Length: 1 0', HIDDEN],
  'a length with an underscore': ['Content-Length: 1_0', HIDDEN],
  'a length beyond numbers': ['Content-Length: 18446744073709551616', HIDDEN],
  'no length at all': ['Content-Length:', HIDDEN],
  'a blank before the colon': [`Content-Length : ${HIDDEN.length}`, HIDDEN],
  'a tab before the colon': ['Transfer-Encoding\t: chunked', smuggled],
  'a folded header': ['Transfer-Encoding:\r\n chunked', smuggled],
  'a folded header before a length': [`X: y\r\n Content-Length: ${HIDDEN.length}`, HIDDEN],
  'TE.TE: twice': ['Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', smuggled],
  'TE.TE: chunked twice': ['Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', smuggled],
  'TE.TE: chunked is not the last': ['Transfer-Encoding: chunked, identity', smuggled],
  'TE.TE: after another one': ['Transfer-Encoding: gzip, chunked', smuggled],
  'TE.TE: an unknown one': ['Transfer-Encoding: xchunked', smuggled],
  'TE.TE: in quotes': ['Transfer-Encoding: "chunked"', smuggled],
  'TE.TE: a vertical tab': ['Transfer-Encoding: \vchunked', smuggled],
  'TE.TE: a null': ['Transfer-Encoding: chunked\0', smuggled],
  'TE.TE: a comma': ['Transfer-Encoding: ,chunked', smuggled],
  'TE.TE: with a length': ['Transfer-Encoding: identity\r\nContent-Length: 5', smuggled],
  'a return in a name': [`X\rContent-Length: ${HIDDEN.length}`, HIDDEN],
  'a return in a value': [`X: y\rTransfer-Encoding: chunked`, smuggled],
  'a newline alone': ['X: y\nTransfer-Encoding: chunked', smuggled],
  'a null in a name': [`X\0: y\r\nContent-Length: 0`, HIDDEN],
  'a null in a value': ['X: a\0b', HIDDEN.slice(0, 5)],
  'a header without a colon': ['Transfer-Encoding chunked', smuggled],
  'a name that begins with a blank': [' Transfer-Encoding: chunked', smuggled],
  'a chunk whose size has a sign': ['Transfer-Encoding: chunked', `+0\r\n\r\n${HIDDEN}`],
  'a chunk whose size is hexadecimal twice': ['Transfer-Encoding: chunked', `0x0\r\n\r\n${HIDDEN}`],
  'a chunk of too many digits': ['Transfer-Encoding: chunked', `10000000000000000\r\n${HIDDEN}\r\n0\r\n\r\n`],
  'a chunk with a bare newline': ['Transfer-Encoding: chunked', `5\nhello\n0\n\n${HIDDEN}`],
  'a chunk extension with a newline': ['Transfer-Encoding: chunked', `5;a\nb\r\nhello\r\n0\r\n\r\n${HIDDEN}`],
  'a chunk longer than it says': ['Transfer-Encoding: chunked', `5\r\nhello!!\r\n0\r\n\r\n${HIDDEN}`],
  'a chunk without its end': ['Transfer-Encoding: chunked', `5\r\nhello0\r\n\r\n${HIDDEN}`],
  'a last chunk with a blank': ['Transfer-Encoding: chunked', `0 \r\n\r\n${HIDDEN}`],
  'a trailer that is a length': ['Transfer-Encoding: chunked', `0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n`],
  'an upgrade with a body': [`Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: ${HIDDEN.length}`, HIDDEN],
  'a length named in Connection': [`Connection: Content-Length, close\r\nContent-Length: ${HIDDEN.length}`, HIDDEN],
  'an encoding named in Connection': ['Connection: Transfer-Encoding, close\r\nTransfer-Encoding: chunked', chunk(HIDDEN)],
  'CL.0: a body for GET': [`Content-Length: ${HIDDEN.length}`, HIDDEN],
  '0.CL: expected, and sent at once': [`Expect: 100-continue\r\nContent-Length: ${HIDDEN.length}`, HIDDEN],
  '0.CL: expected in other words': [`Expect: y 100-continue\r\nContent-Length: ${HIDDEN.length}`, HIDDEN],
}

/** Request lines, and hosts. */
const HEADS: Record<string, string> = {
  'two hosts': 'GET /seen HTTP/1.1\r\nHost: a.localhost\r\nHost: b.localhost',
  'no host': 'GET /seen HTTP/1.1',
  'two hosts in one': 'GET /seen HTTP/1.1\r\nHost: a.localhost, b.localhost',
  'a host with a user': 'GET /seen HTTP/1.1\r\nHost: a.localhost@b.localhost',
  'a host with a path': 'GET /seen HTTP/1.1\r\nHost: b.localhost/a.localhost',
  'another host in the line': 'GET http://b.localhost/seen HTTP/1.1\r\nHost: a.localhost',
  'a line with a blank in its path': 'GET /seen /hidden HTTP/1.1\r\nHost: a.localhost',
  'a line with a tab': 'GET\t/seen\tHTTP/1.1\r\nHost: a.localhost',
  'a line with a null': 'GET /se\0en HTTP/1.1\r\nHost: a.localhost',
  'no version': 'GET /seen\r\nHost: a.localhost',
  'an unknown version': 'GET /seen HTTP/1.2\r\nHost: a.localhost',
  'the preface of HTTP/2': 'PRI * HTTP/2.0',
  'a method of its own': 'GE(T /seen HTTP/1.1\r\nHost: a.localhost',
  'a tunnel': 'CONNECT a.localhost:80 HTTP/1.1\r\nHost: a.localhost',
  'an encoding of HTTP/1.0': 'POST /seen HTTP/1.0\r\nHost: a.localhost\r\nTransfer-Encoding: chunked',
}

/** Whatever a request may mean, it means one thing. */
export function smuggling(start: Start, limits: Limits): void {
  test(`nothing that is hidden in a request is asked of the workload: ${Object.keys(BODIES).length} bodies, by GET and POST`, async () => {
    const stage = await begin(start)
    const asked: string[] = []
    const listener: RequestListener = (request, response) => {
      asked.push(`${request.method} ${request.url}`)
      request.resume().once('end', () => response.end('seen'))
    }
    const { target } = await workload(listener)
    await stage.publish(route({ targets: [target] }))
    const found: Record<string, string[]> = {}
    const attempt = async ([name, [head, body]]: [string, [string, string]], number: number, method: string) => {
      const id = String(number).padStart(3, '0')
      // The one behind it is honest, and says that the connection ends.
      const last = head.includes('close') ? '' : `GET /las${id} HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n`
      const answer = await raw(stage.port, `${method} /see${id} HTTP/1.1\r\nHost: a.localhost\r\n${head}\r\n\r\n${body.replaceAll('/hidden', `/hid${id}`)}${last}`, { quietMs: 1_000 })
      const own = asked.filter((each) => each.endsWith(id))
      const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status!).filter((status) => status !== '100')
      const isPlain = own.every((each) => each === `${method} /see${id}` || each === `GET /las${id}`) && new Set(own).size === own.length
      // Read as the next request of the connection, and answered there, it was hidden from nobody.
      const isOpen = limits.includes('own_reading') && own.every((each) => /\/(see|las|hid)/.test(each)) && statuses.filter((status) => status === '200').length === own.length
      const isHonest = isPlain || isOpen
      // After what was refused, nothing that came over the same connection is believed.
      const isOver = !statuses.some((status) => status.startsWith('4')) || !own.includes(`GET /las${id}`)
      if (!isHonest || !isOver || statuses.filter((status) => status === '200').length > own.length) found[`${method}, ${name}`] = [...own, ...statuses]
    }
    await Promise.all(['GET', 'POST'].flatMap((method, i) => Object.entries(BODIES).map((each, k) => attempt(each, 100 * i + k, method))))
    expect(asked.filter((each) => !(limits.includes('own_reading') ? /\/(see|las|hid)\d{3}$/ : /\/(see|las)\d{3}$/).test(each))).toEqual([])
    expect(found).toEqual({})
  })

  test('a request line or host that may mean two things is refused', async () => {
    const stage = await begin(start)
    const asked: string[] = []
    const { target } = await workload((request, response) => void (asked.push(String(request.url)), response.end('seen')))
    await stage.publish(route({ targets: [target] }))
    for (const [name, head] of Object.entries(HEADS)) {
      const answer = await raw(stage.port, `${head}\r\nConnection: close\r\n\r\n`, { quietMs: 300 })
      expect(answer, name).toMatch(limits.includes('own_reading') ? /^$|^HTTP\/1.[01] ([45]\d\d|200)/ : /^$|^HTTP\/1.1 4\d\d/)
    }
    expect(asked.filter((url) => url !== '/seen' || !limits.includes('own_reading'))).toEqual([])
  })

  test('nothing a client writes ends a header on its way to the workload, or forges what the proxy says', async () => {
    const stage = await begin(start)
    const { target } = await workload((request, response) => void response.end(JSON.stringify(request.rawHeaders)))
    await stage.publish(route({ targets: [target] }))
    const answer = await raw(stage.port, `GET /%0d%0aX-Injected:%201 HTTP/1.1\r\nHost: a.localhost\r\nX_Forwarded_For: 6.6.6.6\r\nX-Forwarded-For: 6.6.6.6\r\nX-A: \xe9\xff\r\nConnection: close, X-Forwarded-For, X-Request-Id\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 200/)
    expect(answer).not.toContain('X-Injected')
    expect(answer).toContain('"X-Forwarded-For","127.0.0.1"')
    expect(answer).not.toContain('6.6.6.6')
  })
}
