import { z } from 'zod'

// What we read of the engine's answers; all the rest of them is left out.

const Labels = z.record(z.string(), z.string()).nullish().transform((labels) => labels ?? {})
const Endpoint = z.object({ IPAddress: z.string(), NetworkID: z.string().default(''), Aliases: z.array(z.string()).nullish() })
const Endpoints = z.record(z.string(), Endpoint).nullish().transform((endpoints) => endpoints ?? {})
const Bindings = z.record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable())

export const Listed = z.object({ Id: z.string(), ImageID: z.string().default(''), Names: z.array(z.string()).nullish(), State: z.string(), /** Seconds since 1970. */ Created: z.number(), Labels, Mounts: z.array(z.object({ Type: z.string(), Name: z.string().optional() })).nullish() })
export type Listed = z.infer<typeof Listed>

export const Inspected = z.object({
  Id: z.string(),
  Path: z.string(),
  State: z.object({
    Status: z.string(),
    Running: z.boolean(),
    Paused: z.boolean().default(false),
    OOMKilled: z.boolean(),
    Pid: z.number(),
    ExitCode: z.number(),
    Error: z.string(),
    StartedAt: z.coerce.date(),
    FinishedAt: z.coerce.date(),
  }),
  Config: z.object({ Labels, WorkingDir: z.string() }),
  HostConfig: z.object({ Memory: z.number(), NanoCpus: z.number().nullish(), PidsLimit: z.number().nullish() }),
  NetworkSettings: z.object({ Networks: Endpoints, Ports: Bindings.nullish() }),
})
export type Inspected = z.infer<typeof Inspected>

export const Created = z.object({ Id: z.string() })

export const Network = z.object({
  Id: z.string(),
  Name: z.string(),
  Labels,
  IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string().optional(), Gateway: z.string().optional() })).nullish() }).nullish(),
  Containers: z.record(z.string(), z.object({ Name: z.string() })).nullish(),
})
export type Network = z.infer<typeof Network>

export const Event = z.object({ Type: z.string(), Action: z.string(), Actor: z.object({ ID: z.string(), Attributes: Labels }) })
export type Event = z.infer<typeof Event>

/** A container that has never been started, or could not be: the engine says so with the first year of its calendar. */
export function neverStarted({ State }: Inspected): boolean {
  return State.StartedAt.getTime() <= 0
}
