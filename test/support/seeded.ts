/** Properties that are tried on the same examples each time: a verdict must not depend on chance. */
import fc from 'fast-check';

/** Set it to another number to look for more; for minutes on end there is bench/fuzz.ts. */
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20_260_124) });

export { fc };
