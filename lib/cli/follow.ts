import { deploymentGet, deploymentLogs } from '../contract/deployment'
import type { Entry } from '../contract/entry'
import type { LogLineView } from '../contract/log'
import { isProgressing, STAGE_TITLE, type DeploymentStatus, type StageName } from '../domain/deployment-status'
import type { Client } from './client'
import { print, tell } from './print'

type Seen = { status: DeploymentStatus; url: string; stages: { name: StageName; status: string; durationMs: number | null }[]; failure: { reason: string; message: string } | null }

/** Prints log lines as they come until the signal ends it; goes on where it was after a broken connection. */
export async function followLog(client: Client, entry: Entry, input: Record<string, unknown>, signal: AbortSignal): Promise<void> {
  let lastId: string | null = null
  while (!signal.aborted) {
    try {
      const response = await client.stream(entry, input, signal, lastId)
      for await (const line of linesOf(response)) {
        lastId = line.id
        print(line.text)
      }
    } catch (error) {
      if (signal.aborted) return
      if ((error as { status?: number }).status) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** Follows a deployment to its end: log on standard output, stages on standard error. Returns whether it became active. */
export async function followDeployment(client: Client, deploymentId: string): Promise<boolean> {
  const end = new AbortController()
  const log = followLog(client, deploymentLogs, { deploymentId, kind: 'build' }, end.signal)
  const told = new Set<string>()
  try {
    for (;;) {
      const seen = (await client.call(deploymentGet, { deploymentId })) as Seen
      for (const stage of seen.stages) tellStage(stage, told)
      if (!isProgressing(seen.status)) {
        await new Promise((resolve) => setTimeout(resolve, 300))
        tell(seen.failure ? `${seen.status}: ${seen.failure.message}` : seen.status === 'active' ? `Running at ${seen.url}` : seen.status)
        return seen.status === 'active' || seen.status === 'retired'
      }
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  } finally {
    end.abort()
    await log
  }
}

function tellStage(stage: Seen['stages'][number], told: Set<string>): void {
  const key = `${stage.name}:${stage.status}`
  if (told.has(key)) return
  told.add(key)
  if (stage.status === 'running') tell(`${STAGE_TITLE[stage.name]} …`)
  else if (stage.durationMs !== null) tell(`${STAGE_TITLE[stage.name]}: ${stage.status} in ${(stage.durationMs / 1000).toFixed(1)} s`)
}

async function* linesOf(response: Response): AsyncGenerator<LogLineView> {
  let rest = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    rest += chunk
    const blocks = rest.split('\n\n')
    rest = blocks.pop()!
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: '))
      if (data) yield JSON.parse(data.slice(6)) as LogLineView
    }
  }
}
