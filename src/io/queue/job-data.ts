/** Are the data of a job valid for this version? */
import { type Job, UnrecoverableError } from 'bullmq';
import * as z from 'zod';
import type { HubTask } from '../../model/hub-subscription.ts';
import type { DueSource } from '../../ports/checks.ts';

/** A schema for each field, so that a new field of a type cannot be forgotten here. */
type Fields<Value> = { readonly [Name in keyof Required<Value>]: z.ZodType<Value[Name] | undefined> };

const dueSource = z.object({
  sourceId: z.string().min(1),
  dueAt: z.number(),
  adoptedUrl: z.string().exactOptional(),
  adoptedFrom: z.string().exactOptional(),
} satisfies Fields<DueSource>);

/** Data of a job to check sources: one check, whose name the job has, or many. */
export const REFRESH_DATA = z.object({ sources: z.tuple([dueSource], dueSource).readonly() });

export const PUBLISH_DATA = z.object({ key: z.string().min(1) });

export const HUB_DATA: z.ZodType<HubTask> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('verify'), subscriptionId: z.string() }),
  z.object({ kind: z.literal('deliver'), subscriptionId: z.string() }),
  z.object({ kind: z.literal('ping'), topic: z.string() }),
]);

export const STANDING_DATA = z.object({ sourceId: z.string().min(1) });

export const STANDING_NAME = z.enum(['tend', 'read']);

export const SWEEP_NAME = z.enum(['sweep', 'retain']);

/**
 * The data of a job, checked once.
 *
 * @throws UnrecoverableError if another version wrote the job, or it is damaged: a retry would not help
 */
export function dataOf<Data>(job: Job, schema: z.ZodType<Data>): Data {
  return checked(job, 'data', job.data, schema);
}

/** The name of a job of a queue with several kinds. @throws UnrecoverableError as `dataOf` */
export function nameOf<Name>(job: Job, schema: z.ZodType<Name>): Name {
  return checked(job, 'name', job.name, schema);
}

function checked<Value>(job: Job, what: string, found: unknown, schema: z.ZodType<Value>): Value {
  const result = schema.safeParse(found);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => [what, ...path].join('.') + ': ' + message);
  throw new UnrecoverableError(
    `job ${job.id ?? '?'} of the queue ${job.queueName} was written by another version of Feedmill or is damaged, ` +
      `and is not run: ${problems.join('; ')}`,
  );
}
