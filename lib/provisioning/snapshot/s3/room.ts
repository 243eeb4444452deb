import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'

import { explain } from './explain'

/** Where objects are kept, and with which key. */
export type S3Place = {
  /** Where a store's interface answers, such as `https://s3.eu-central-1.amazonaws.com`. */
  endpoint: string
  region: string
  bucket: string
  /** What the names of all objects begin with: nothing, or a path that ends in a slash. */
  prefix: string
  accessKeyId: string
  secret: string
  /** Whether the bucket is named in the path and not in the host. */
  isPathStyle: boolean
}

/** A client at work on a place; `ask` turns what goes wrong into sentences. */
export type S3Room = { place: S3Place; client: S3Client; ask<T>(work: (client: S3Client) => Promise<T>): Promise<T>; close(): void }

const CONNECT_MS = 10_000
/** A store, or the disk that is written to meanwhile, may be silent for this long. */
const SILENT_MS = 120_000
const ATTEMPTS = 4

/** Opens a client. Nothing is asked before `ask`; close it, so that no connection stays. */
export function openRoom(place: S3Place, signal: AbortSignal): S3Room {
  const client = new S3Client(configOf(place))
  return {
    place,
    client,
    async ask(work) {
      signal.throwIfAborted()
      try {
        return await work(client)
      } catch (error) {
        signal.throwIfAborted()
        throw explain(error, place)
      }
    },
    close: () => client.destroy(),
  }
}

/** Everything is said here: nothing is to come from variables or files of the machine that Easel runs on. */
function configOf({ endpoint, region, accessKeyId, secret, isPathStyle }: S3Place): S3ClientConfig {
  return {
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey: secret },
    forcePathStyle: isPathStyle,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    useArnRegion: false,
    maxAttempts: ATTEMPTS,
    retryMode: 'standard',
    defaultsMode: 'standard',
    userAgentAppId: 'easel',
    // Many stores do not know the newer checksums. What was kept is held against a checksum of ours before it is used.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
  }
}
