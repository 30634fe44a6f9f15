import { z } from 'zod'

import type { components } from '@/generated/api'

type Views = components['schemas']

const toolSchema = z.object({
  kind: z.literal('tool'),
  name: z.string(),
  state: z.enum(['started', 'done', 'refused']),
})

const proposalSchema = z.object({
  kind: z.literal('proposal'),
  code: z.string(),
  diff: z.object({ added: z.number(), removed: z.number(), unified: z.string() }),
  sentence: z.string(),
  understood: z.array(z.string()),
  findings: z.array(z.string()),
})
export type Proposal = z.infer<typeof proposalSchema>

const questionSchema = z.object({
  kind: z.literal('question'),
  text: z.string(),
  choices: z.array(z.object({ label: z.string(), text: z.string() })),
}) satisfies z.ZodType<Views['Question']>
export type Question = z.infer<typeof questionSchema>

const offerSchema = z.object({
  kind: z.literal('backtest'),
  exchange: z.string(),
  pairs: z.array(z.string()),
  start: z.string(),
  end: z.string(),
  isSimulated: z.boolean(),
}) satisfies z.ZodType<Views['Backtest']>
export type Offer = z.infer<typeof offerSchema>

const resultSchema = z.object({
  kind: z.literal('result'),
  runId: z.string(),
  title: z.string(),
  figures: z.array(z.object({ name: z.string(), title: z.string(), value: z.string() })),
  certificate: z.string(),
  risk: z.string(),
}) satisfies z.ZodType<Views['Result']>
export type Result = z.infer<typeof resultSchema>

const troubleSchema = z.object({
  kind: z.literal('problem'),
  code: z.string(),
  message: z.string(),
  isTransient: z.boolean(),
}) satisfies z.ZodType<Views['Trouble']>
export type Trouble = z.infer<typeof troubleSchema>

// No discriminated union: it would be the only one, and every page loads zod's code for it.
export const partSchema = z.union([
  toolSchema,
  proposalSchema,
  questionSchema,
  offerSchema,
  resultSchema,
  troubleSchema,
])
export type Part = z.infer<typeof partSchema>

const usedSchema = z.object({ used: z.number(), limit: z.number() })
export const budgetSchema = z.object({
  tokens: usedSchema,
  runs: usedSchema,
}) satisfies z.ZodType<Views['BudgetView']>
export type Budget = z.infer<typeof budgetSchema>

export const engineSchema = z.enum(['gemini', 'offline'])
export type Engine = z.infer<typeof engineSchema>

export const assistantSchema = z.object({
  engine: engineSchema,
  budget: budgetSchema,
}) satisfies z.ZodType<Views['AssistantView']>

export const conversationSchema = z.object({
  id: z.string(),
  strategyId: z.string(),
  title: z.string(),
  messages: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
}) satisfies z.ZodType<Views['ConversationView']>
export type Conversation = z.infer<typeof conversationSchema>

export const conversationsSchema = z.object({ items: z.array(conversationSchema) })

export const messageSchema = z.object({
  number: z.number(),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  at: z.string(),
  parts: z.array(partSchema),
  engine: engineSchema.nullable(),
  isStopped: z.boolean(),
})
export type Message = z.infer<typeof messageSchema>

export const transcriptSchema = z.object({
  conversation: conversationSchema,
  messages: z.array(messageSchema),
})

/** What a reply sends, by the event's name. */
export const eventSchema = z.union([
  z.object({ kind: z.literal('text'), delta: z.string() }),
  z.object({ kind: z.literal('done'), tokens: z.number(), budget: budgetSchema }),
  ...partSchema.options,
])
export type ReplyEvent = z.infer<typeof eventSchema>

/** The little of a run that the chat needs while it waits for its result. */
export const runSchema = z.object({
  id: z.string(),
  state: z.string(),
  progress: z.object({ phase: z.string(), fraction: z.number() }).nullable(),
  failure: z.object({ message: z.string() }).nullable(),
})
export type Run = z.infer<typeof runSchema>

export const strategySchema = z.object({ id: z.string(), latestVersion: z.number() })
export const versionSchema = z.object({ number: z.number(), code: z.string().nullable() })
