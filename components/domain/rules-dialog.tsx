'use client'

import { useState, type FormEvent, type ReactNode } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { problemOf } from '@/components/ui/problem'
import { Textarea } from '@/components/ui/textarea'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { domainUpdate } from '@/lib/contract/doors'

import type { DomainDialogProps } from './delete-domain'
import { PathRows } from './path-rows'
import { PeopleRows } from './people-rows'
import { draftOf, readDraft, type DraftProblems, type RulesDraft } from './rules-draft'

/** How requests of a host name are treated. It takes effect at once, without a deployment. */
export function RulesDialog({ domain, onChanged, onClose }: DomainDialogProps) {
  const run = useRun()
  const [draft, setDraft] = useState(() => draftOf(domain))
  const [problems, setProblems] = useState<DraftProblems>({})
  const set = (change: Partial<RulesDraft>) => setDraft((before) => ({ ...before, ...change }))
  const { submit, pending, error } = useSubmit((rules: object, paths: RulesDraft['paths']) => run(domainUpdate, { domainId: domain.id, rules, paths }))
  const said = error === null ? {} : problemOf(error).fields
  const wrong = (field: keyof RulesDraft, path: string) => problems[field] ?? Object.entries(said).find(([name]) => name === `rules.${path}` || name.startsWith(`rules.${path}.`))?.[1]
  const send = async (event: FormEvent) => {
    event.preventDefault()
    const read = readDraft(draft)
    setProblems(read.ok ? {} : read.problems)
    if (!read.ok || !(await submit(read.rules, read.paths))) return
    toast.success('Rules saved. They are in force within a few seconds.')
    onChanged()
    onClose()
  }
  return (
    <Dialog
      open
      size="large"
      onOpenChange={(open) => (open || pending ? undefined : onClose())}
      title={`Rules of ${domain.display}`}
      description="In force within a few seconds, without a deployment."
      footer={
        <>
          <Button variant="ghost" disabled={pending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form="domain-rules" variant="primary" loading={pending}>
            Save rules
          </Button>
        </>
      }
    >
      <form id="domain-rules" onSubmit={send} noValidate className="space-y-6">
        <Group title="HTTPS">
          <Checkbox checked={draft.forceHttps} onCheckedChange={(forceHttps) => set({ forceHttps })} label="Send plain HTTP on to HTTPS" hint="As soon as there is a certificate." />
          <Field label="HSTS, days" error={wrong('hstsDays', 'hsts')} hint="Browsers use HTTPS only for so long, and cannot be told otherwise. Empty for no such header." className="max-w-72">
            <Input inputMode="decimal" value={draft.hstsDays} onChange={(event) => set({ hstsDays: event.target.value })} placeholder="off" />
          </Field>
          {draft.hstsDays.trim() === '' ? null : (
            <div className="space-y-2">
              <Checkbox checked={draft.hstsSubdomains} onCheckedChange={(hstsSubdomains) => set({ hstsSubdomains })} label="Names below it as well" />
              <Checkbox checked={draft.hstsPreload} onCheckedChange={(hstsPreload) => set({ hstsPreload })} label="May be preloaded by browsers" />
            </div>
          )}
        </Group>
        <Group title="Paths to other services">
          <PathRows paths={draft.paths} ownServiceId={domain.serviceId} onChange={(paths) => set({ paths })} error={Object.entries(said).find(([name]) => name.startsWith('paths'))?.[1]} />
        </Group>
        <Group title="Redirects and headers">
          <Field label="Redirects" hint="One on each line: path, where to, status. /old/* takes everything below." error={wrong('redirects', 'redirects')}>
            <Textarea mono rows={3} value={draft.redirects} onChange={(event) => set({ redirects: event.target.value })} placeholder="/old /new 308" spellCheck={false} />
          </Field>
          <Field label="Headers of answers" hint="One on each line. -Server takes a header away." error={wrong('headers', 'headers')}>
            <Textarea mono rows={3} value={draft.headers} onChange={(event) => set({ headers: event.target.value })} placeholder="X-Frame-Options: DENY" spellCheck={false} />
          </Field>
        </Group>
        <Group title="Who may come in">
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Only these addresses" hint="Empty for everybody." error={wrong('allow', 'allow')}>
              <Textarea mono rows={3} value={draft.allow} onChange={(event) => set({ allow: event.target.value })} placeholder="203.0.113.0/24" spellCheck={false} />
            </Field>
            <Field label="Not these addresses" hint="Goes before the others." error={wrong('deny', 'deny')}>
              <Textarea mono rows={3} value={draft.deny} onChange={(event) => set({ deny: event.target.value })} spellCheck={false} />
            </Field>
          </div>
          <PeopleRows people={draft.people} onChange={(people) => set({ people })} error={wrong('people', 'basicAuth')} />
        </Group>
        <Group title="Limits">
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Largest body, MiB" error={wrong('maxBodyMib', 'maxBodyBytes')}>
              <Input inputMode="decimal" value={draft.maxBodyMib} onChange={(event) => set({ maxBodyMib: event.target.value })} placeholder="no limit" />
            </Field>
            <Field label="Time to begin an answer, seconds" error={wrong('answerS', 'answerMs')}>
              <Input inputMode="decimal" value={draft.answerS} onChange={(event) => set({ answerS: event.target.value })} placeholder="300" />
            </Field>
            <Field label="Requests per second of one address" error={wrong('perSecond', 'rateLimit')}>
              <Input inputMode="decimal" value={draft.perSecond} onChange={(event) => set({ perSecond: event.target.value })} placeholder="no limit" />
            </Field>
            <Field label="At once" error={wrong('burst', 'rateLimit.burst')}>
              <Input inputMode="numeric" value={draft.burst} onChange={(event) => set({ burst: event.target.value })} placeholder="twice as many" />
            </Field>
          </div>
        </Group>
        <Group title="Maintenance">
          <Checkbox checked={draft.isMaintained} onCheckedChange={(isMaintained) => set({ isMaintained })} label="Answer everybody with a page instead" hint="With status 503, so that search engines come back later." />
          {draft.isMaintained ? (
            <Field label="What it says" error={wrong('maintenance', 'maintenance')}>
              <Textarea rows={3} value={draft.maintenance} onChange={(event) => set({ maintenance: event.target.value })} placeholder="We are back at 14:00." />
            </Field>
          ) : null}
        </Group>
        <ProblemMessage error={error} />
      </form>
    </Dialog>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="space-y-3">
      <legend className="mb-2 font-medium">{title}</legend>
      {children}
    </fieldset>
  )
}
