import { describe, expect, it } from 'vitest'

import { explain } from './explain'

const WHERE = { endpoint: 'https://s3.example.com:9000', region: 'us-east-1', bucket: 'backups', accessKeyId: 'AKIA1' }
const answer = (name: string, status: number, more: object = {}) => Object.assign(new Error('what the store wrote'), { name, $metadata: { httpStatusCode: status }, ...more })
const way = (code: string) => Object.assign(new Error('what Node wrote'), { code })

describe('what goes wrong with a store', () => {
  it.each([
    [answer('InvalidAccessKeyId', 403), 'does not know the access key id AKIA1'],
    [answer('SignatureDoesNotMatch', 403), 'the secret does not belong to the access key id AKIA1'],
    [answer('AccessDenied', 403), 'the key may not do this in the bucket backups'],
    [answer('403', 403), 'the key may not do this'],
    [answer('NoSuchBucket', 404), 'There is no bucket backups at s3.example.com:9000'],
    [answer('RequestTimeTooSkewed', 403), 'The clocks of s3.example.com:9000'],
    [answer('PermanentRedirect', 301, { $response: { headers: { 'x-amz-bucket-region': 'eu-west-1' } } }), 'in the region eu-west-1'],
    [answer('AuthorizationHeaderMalformed', 400, { Region: 'eu-west-1' }), 'it is eu-west-1'],
    [answer('QuotaExceeded', 403), 'no space left'],
    [answer('UnknownError', 503), 'too much to do'],
    [answer('InternalError', 500), 'a problem of its own (status 500)'],
    [answer('UnknownError', 404), 'no S3-compatible store (status 404)'],
    [answer('SomethingNew', 400), 'refused it: SomethingNew (status 400)'],
    [way('ENOTFOUND'), 'There is no address'],
    [way('ECONNREFUSED'), 'Nothing answers'],
    [way('ETIMEDOUT'), 'does not answer'],
    [Object.assign(new Error(''), { name: 'TimeoutError' }), 'does not answer'],
    [way('CERT_HAS_EXPIRED'), 'not valid at this time'],
    [way('ERR_TLS_CERT_ALTNAME_INVALID'), 'for another name'],
    [way('DEPTH_ZERO_SELF_SIGNED_CERT'), 'not signed by anyone'],
    [way('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'not signed by anyone'],
    [way('EPROTO'), 'begin the endpoint with http://'],
    [way('ECONNRESET'), 'cut the connection'],
  ])('is a sentence: %s', (error, words) => {
    const { message, code } = explain(error, WHERE)
    expect(message).toContain(words)
    expect(message).toMatch(/^[A-Z0-9a-z].*\.$/)
    expect(code).toBe((error as Error).name === 'NoSuchBucket' ? 'not_found' : 'unavailable')
  })

  it('tells an object that is gone from a bucket that is', () => {
    expect(explain(answer('NoSuchKey', 404), WHERE)).toMatchObject({ code: 'not_found', message: expect.stringContaining('not in the bucket backups any more') as string })
    expect(explain(answer('NotFound', 404), WHERE).message).toContain('not in the bucket')
  })

  it('passes on nothing of what was sent', () => {
    const { cause, message, detail } = explain(answer('SignatureDoesNotMatch', 403, { StringToSign: 'AWS4 a part of a request', $response: { body: 'a part of a request' } }), WHERE)
    expect(`${message} ${JSON.stringify(detail)} ${String(cause)} ${JSON.stringify(cause)}`).not.toMatch(/part of a request|what the store wrote/)
  })
})
