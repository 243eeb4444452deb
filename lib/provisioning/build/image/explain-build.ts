import { DeploymentFailure } from '../../../domain/failure'
import { duration } from '../execute/explain-ending'
import { lastLines } from '../execute/last-lines'
import type { BuildProgress } from './build-progress'

// Why an image was not made. Pure: everything that was seen comes in as a value.

const DISK = /no space left on device|\bENOSPC\b(?!.*watch)|disk quota exceeded|\bEDQUOT\b/i
const HEAP = /JavaScript heap out of memory|Cannot allocate memory|\bENOMEM\b|std::bad_alloc/
const REFUSED = /pull access denied|unauthorized|authorization failed|no basic auth|denied: |403 Forbidden|401 Unauthorized/i
const UNREACHABLE = /dial tcp|no such host|i\/o timeout|TLS handshake|connection refused|Client\.Timeout|server misbehaving/i
const NO_BASE = /(?:^|: )([^\s:]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?): (?:not found|failed to (?:resolve|do|fetch)|failed to authorize)/
/** The numbers that a shell gives to an end by SIGKILL and by SIGABRT. */
const KILLED = [137, 134]

export type FailedBuild = ReturnType<BuildProgress['failed']> & { timedOut: boolean; timeoutMs: number; mask: (text: string) => string }

export function explainBuild(build: FailedBuild): DeploymentFailure {
  const { step, code, mask } = build
  const shown = mask(step ?? 'The build')
  const error = mask(build.error).slice(0, 500)
  const output = build.output.map(mask)
  const said = (pattern: RegExp) => [...output, error].findLast((line) => pattern.test(line))?.trim().slice(0, 300)
  if (build.timedOut) return new DeploymentFailure('build_timeout', `${shown} was still running after ${duration(build.timeoutMs)} and was ended.`)
  const disk = said(DISK)
  if (disk !== undefined) return new DeploymentFailure('disk_full', `There is no space left on the disk of the Docker engine: ${disk}`)
  if (code !== null && (KILLED.includes(code) || said(HEAP) !== undefined)) return new DeploymentFailure('out_of_memory', `${shown} ended with code ${code}, as happens when there is no memory left.${telling(output)}`)
  if (code !== null) return new DeploymentFailure('build_failed', `${shown} ended with code ${code}.${telling(output)}`)
  const missing = /"?(\/[^"\s]+)"?: not found/.exec(error)?.[1] ?? /"(\/[^"]+)" not found/.exec(error)?.[1]
  if (missing !== undefined) return new DeploymentFailure('output_missing', /--from=/.test(shown) ? `The build did not make ${missing.replace(/^\/app\//, '')}. It was wanted by: ${shown}` : `There is no ${missing.replace(/^\//, '')} in the source, or it is left out by .dockerignore. It was wanted by: ${shown}`)
  if (REFUSED.test(error)) return new DeploymentFailure('image_auth', `A registry refused a base image: ${sentence(error)} Add a registry with the right user and password, or check the name after FROM.`)
  if (UNREACHABLE.test(error) && /frontend gateway|docker\/dockerfile/.test(error)) return new DeploymentFailure('image_not_found', `The line "# syntax=" of the Dockerfile names a program that could not be fetched: ${sentence(error)} Leave that line out, or let the Docker engine reach that registry.`)
  if (UNREACHABLE.test(error)) return new DeploymentFailure('image_not_found', `A base image could not be fetched: ${sentence(error)} Check that the Docker engine reaches the registry, or set EASEL_BASE_IMAGES to a mirror.`)
  if (NO_BASE.test(error)) return new DeploymentFailure('image_not_found', `A base image was not found: ${sentence(error)}`)
  const tail = telling(output)
  return new DeploymentFailure('build_failed', error === '' ? `${shown} failed.${tail}` : `The image could not be built: ${sentence(error)}`)
}

function sentence(text: string): string {
  const clean = text.replace(/^failed to solve(?: with frontend [\w.]+)?: /, '').replace(/^failed to create LLB definition: /, '')
  return /[.!?]$/.test(clean) ? clean : `${clean}.`
}

function telling(output: readonly string[]): string {
  const last = lastLines()
  for (const line of output) last.push(line)
  const line = last.telling()
  return line === '' ? '' : ` ${line}`
}
